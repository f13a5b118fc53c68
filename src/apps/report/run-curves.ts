/** Everything a run logged, as plots: held-out curves, reward against accuracy, the probe, then each other metric. */

import { METRICS, metricInfo } from "../../core/monitor/catalogue/index.js";
import { html, type SafeHtml } from "./html.js";
import { type ArmSeries, evaluationPlot, rewardPlot, stepPlot } from "./metric-plots.js";
import { plotGrid } from "./plot.js";
import { type Curve, curve, numericMetricNames } from "./series.js";

const CATALOGUE = Object.keys(METRICS);

/** Of an evaluation: bounds, which are drawn with what they bound, and sizes, which are settings. */
const NOT_CURVES = /(Low|High)$|^(prompts|samples)$/;

/** Plots of all runs over each other; undefined where nothing numeric was logged. */
export function runCurves(series: readonly ArmSeries[]): SafeHtml | undefined {
  const evaluations = names(series, "eval").filter((name) => !NOT_CURVES.test(name));
  const heldOut = plotGrid(
    evaluations.map((name) =>
      evaluationPlot(name, `${metricInfo(name).title} on held-out prompts`, series, { group: "eval" }),
    ),
  );
  const rewarded = series.filter(
    ({ records }) =>
      onScaleOfAccuracy(curve(records, "step", "reward")) && curve(records, "step", "accuracy"),
  );
  const rewards = plotGrid(rewarded.map((arm) => rewardPlot(arm, "step")));
  const steps = plotGrid(names(series, "step").map((name) => stepPlot(name, series, { group: "step" })));
  const probes = plotGrid(
    names(series, "probe").map((name) => stepPlot(name, series, { group: "probe", kind: "probe" })),
  );
  if (!heldOut && !rewards && !probes && !steps) return undefined;
  return html`${heldOut}${rewards && html`<h3>Reward against true accuracy</h3>`}${rewards}${
    probes &&
    html`<h3>Every metric of the probe</h3><p>Held-out prompts that come back, with the same draws each time.</p>`
  }${probes}${steps && html`<h3>Every metric of the training steps</h3>`}${steps}`;
}

/** Nats, or an endpoint's points, cannot be drawn over a share. */
const onScaleOfAccuracy = (reward: Curve | undefined): boolean =>
  reward?.values.every((value) => value === null || (value >= 0 && value <= 1)) ?? false;

/** Metrics that any run logged: the catalogue's order first, others after. */
function names(series: readonly ArmSeries[], kind: "step" | "probe" | "eval"): readonly string[] {
  const logged = new Set(series.flatMap(({ records }) => numericMetricNames(records, kind)));
  const known = CATALOGUE.filter((name) => logged.has(name));
  return [...known, ...[...logged].filter((name) => !known.includes(name))];
}
