/** Plots of catalogued metrics for one or several arms. */
import { type Metric, metricInfo } from "../../core/monitor/catalogue/index.js";
import type { ArmKey } from "./palette.js";
import { type Curve, curve, type SeriesPoint } from "./series.js";
import type { PlotCurve, PlotSpec } from "./view/plot-data.js";

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

/** Two metrics of one arm in a plot. */
export interface Pair {
  /** The solid and the dashed curve. */
  readonly metrics: readonly [solid: string, dashed: string];
  readonly help: string;
  /** Names in the legend; those of the catalogue by default. */
  readonly labels?: readonly [string, string];
  /** Whether what lies between the two is what one looks for. */
  readonly shade?: boolean;
}

/** Where the two part, the reward is being hacked. */
export const REWARD_AND_TRUTH: Pair = {
  metrics: ["reward", "accuracy"],
  help: "The reward (solid) and the share of rollouts that are really right (dashed); what lies between is shaded.",
  shade: true,
  labels: ["reward", "true accuracy"],
};

/** Their product is the hacking gap of the majority reward. */
export const FACTORS_OF_THE_GAP: Pair = {
  metrics: ["wrongLabelShare", "wrongLabelLead"],
  help: "How often the label is wrong (solid), and by how much its answer then leads the true one (dashed). Their product is the hacking gap.",
};

/** The first rises in good runs and in bad ones, the second in bad ones alone. */
export const AGREEMENT_AND_PROMPT: Pair = {
  metrics: ["agreement", "promptFreeAgreement"],
  help: "Agreement (solid) rises in good runs and in collapses. The part of it that needs no prompt (dashed) rises in collapses alone.",
};

export const areShares = (values: Curve["values"]): boolean =>
  values.every((value) => value === null || (value >= 0 && value <= 1));

/** A pair over the training steps of one arm, from 0 to 1 unless a value lies outside. */
export function pairPlot(
  { label, arm, records }: ArmSeries,
  pair: Pair,
  group: string,
  along: Pick<PlotSpec, "marks" | "phases"> = {},
): PlotSpec {
  const curves = pair.metrics.map((name) => curve(records, "step", name));
  return {
    ...along,
    title: label,
    help: pair.help,
    ...(pair.shade ? { shade: true } : {}),
    unit: "share",
    ...(curves.every((line) => line === undefined || areShares(line.values)) && { range: ALL }),
    group,
    curves: pair.metrics.map((name, i) => ({
      label: pair.labels?.[i] ?? metricInfo(name).title,
      arm,
      curve: curves[i],
      dash: i === 0 ? [] : [5, 4],
      points: false,
    })),
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
