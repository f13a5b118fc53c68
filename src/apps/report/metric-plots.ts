/** Plots of catalogued metrics for one or several arms. */
import { type Metric, metricInfo } from "../../core/monitor/catalogue/index.js";
import type { ArmKey } from "./palette.js";
import type { PlotCurve, PlotSpec } from "./plot.js";
import { type Curve, curve, type SeriesPoint } from "./series.js";

/** Metric lines of one arm or run. */
export interface ArmSeries {
  readonly label: string;
  readonly arm: ArmKey;
  readonly records: readonly SeriesPoint[];
}

const ALL: readonly [number, number] = [0, 1];

/** One metric of the training steps, or of the probes, a curve an arm. Shares span 0 to 1 where `whole` is set. */
export function stepPlot(
  name: string,
  arms: readonly ArmSeries[],
  options: { readonly group: string; readonly whole?: boolean; readonly kind?: "step" | "probe" },
): PlotSpec {
  const { kind = "step" } = options;
  const info = metricInfo(name);
  return {
    ...caption(info),
    group: options.group,
    ...(options.whole && info.unit === "share" ? { range: ALL } : {}),
    curves: arms.map(({ label, arm, records }) => ({ label, arm, curve: curve(records, kind, name) })),
  };
}

/** One held-out metric at the evaluation steps with its confidence band, and the base's value as a level line. */
export function evaluationPlot(
  name: string,
  title: string,
  arms: readonly ArmSeries[],
  options: { readonly group: string; readonly base?: number },
): PlotSpec {
  const curves: PlotCurve[] = arms.map(({ label, arm, records }) => ({
    label,
    arm,
    curve: curve(records, "eval", name),
    band: { low: curve(records, "eval", `${name}Low`), high: curve(records, "eval", `${name}High`) },
  }));
  const level = options.base === undefined ? undefined : levelLine(options.base, curves);
  return {
    ...caption(metricInfo(name)),
    title,
    group: options.group,
    curves: level ? [{ label: "base", arm: "base", curve: level, points: false }, ...curves] : curves,
  };
}

/** Reward against true accuracy of one arm: where the two part, the reward is being hacked. */
export function rewardPlot(series: ArmSeries, group: string): PlotSpec {
  return {
    title: series.label,
    help: "The reward (solid) and the share of rollouts that are really right (dashed).",
    unit: "share",
    range: ALL,
    group,
    curves: [
      {
        label: "reward",
        arm: series.arm,
        curve: curve(series.records, "step", "reward"),
        dash: [],
        points: false,
      },
      {
        label: "true accuracy",
        arm: series.arm,
        curve: curve(series.records, "step", "accuracy"),
        dash: [5, 4],
        points: false,
      },
    ],
  };
}

/** A constant over the steps that the curves span; undefined where they span none. */
function levelLine(value: number, curves: readonly PlotCurve[]): Curve | undefined {
  const steps = curves.flatMap((entry) => entry.curve?.steps ?? []);
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  return first < last ? { steps: [first, last], values: [value, value] } : undefined;
}

function caption({ title, help, unit }: Metric): Pick<PlotSpec, "title" | "help" | "unit"> {
  return { title, help, unit };
}
