/** Everything a run logged, as plots: held-out curves, what is read together, the probe, then each other metric. */

import { METRICS, metricInfo } from "../../core/monitor/catalogue/index.js";
import { html, type SafeHtml } from "./html.js";
import {
  AGREEMENT_AND_PROMPT,
  type ArmSeries,
  areShares,
  evaluationPlot,
  FACTORS_OF_THE_GAP,
  type Pair,
  pairPlot,
  REWARD_AND_TRUTH,
  stepPlot,
} from "./metric-plots.js";
import type { RunCourse } from "./run-course.js";
import { curve, numericMetricNames, type SeriesPoint } from "./series.js";
import { draw } from "./view/draw.js";
import { PlotGrid } from "./view/plot.js";
import type { PlotSpec } from "./view/plot-data.js";

const CATALOGUE = Object.keys(METRICS);

/** Of an evaluation: bounds, which are drawn with what they bound, and sizes, which are settings. */
const NOT_CURVES = /(Low|High)$|^(prompts|samples)$/;

/** Plots of all runs over each other; undefined where nothing numeric was logged. */
export function runCurves(
  series: readonly ArmSeries[],
  courses: readonly (RunCourse | null)[] = [],
): SafeHtml | undefined {
  const evaluations = names(series, "eval").filter((name) => !NOT_CURVES.test(name));
  const heldOut = draw(PlotGrid, {
    specs: evaluations.map((name) =>
      evaluationPlot(name, `${metricInfo(name).title} on held-out prompts`, series, { group: "eval" }),
    ),
  });
  const pairs = PAIRS.map(({ heading, pair }) => {
    const drawn = series.filter(({ records }) => isDrawn(records, pair));
    const plots = draw(PlotGrid, {
      specs: drawn.map((arm) => pairPlot(arm, pair, "step", alongOf(courses[series.indexOf(arm)]))),
    });
    return plots && html`<h3>${heading}</h3>${plots}`;
  });
  const steps = draw(PlotGrid, {
    specs: names(series, "step").map((name) => stepPlot(name, series, { group: "step" })),
  });
  const probes = draw(PlotGrid, {
    specs: names(series, "probe").map((name) => stepPlot(name, series, { group: "probe", kind: "probe" })),
  });
  if (!heldOut && !pairs.some(Boolean) && !probes && !steps) return undefined;
  return html`${heldOut}${pairs}${
    probes &&
    html`<h3>Every metric of the probe</h3><p>Held-out prompts that come back, with the same draws each time.</p>`
  }${probes}${steps && html`<h3>Every metric of the training steps</h3>`}${steps}`;
}

/** Alarms and phases, where they are known. */
const alongOf = (course: RunCourse | null | undefined): Pick<PlotSpec, "marks" | "phases"> =>
  course ? { marks: course.alarms, phases: course.phases?.spans ?? [] } : {};

/** What is read together. */
const PAIRS: readonly { readonly heading: string; readonly pair: Pair }[] = [
  { heading: "Reward against true accuracy", pair: REWARD_AND_TRUTH },
  { heading: "The hacking gap: how often, by how much", pair: FACTORS_OF_THE_GAP },
  { heading: "Agreement, and how much of it needs no prompt", pair: AGREEMENT_AND_PROMPT },
];

/** Whether both were logged; a reward in nats or an endpoint's points cannot be drawn over a share. */
const isDrawn = (records: readonly SeriesPoint[], pair: Pair): boolean =>
  pair.metrics.every((name) => {
    const values = curve(records, "step", name)?.values;
    return values !== undefined && (pair !== REWARD_AND_TRUTH || areShares(values));
  });

/** Metrics that any run logged: the catalogue's order first, others after. */
function names(series: readonly ArmSeries[], kind: "step" | "probe" | "eval"): readonly string[] {
  const logged = new Set(series.flatMap(({ records }) => numericMetricNames(records, kind)));
  const known = CATALOGUE.filter((name) => logged.has(name));
  return [...known, ...[...logged].filter((name) => !known.includes(name))];
}
