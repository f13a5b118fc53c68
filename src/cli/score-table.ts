/** Measurements of a reward model as tables. */
import { MISSING, percent } from "../apps/report/format.js";
import type { Calibration } from "../core/reward-model/calibration.js";
import type { ScoreMetrics } from "../core/reward-model/metrics.js";
import type { Measurement } from "../training/reward-model/measure.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

/** Two rows a measurement: by the votes, and by true answers where they are known. */
export function scoreTable(
  rows: readonly (readonly [label: string, measurement: Measurement])[],
  paint: Paint,
): string {
  const header = ["", "judged by", "accuracy", "AUC", "pairs", "ECE", "share right"];
  const figures = (label: string, by: string, m: ScoreMetrics) => [
    label,
    by,
    percent(m.accuracy),
    m.auc === null ? MISSING : m.auc.toFixed(3),
    m.pairwiseAccuracy === null ? MISSING : percent(m.pairwiseAccuracy),
    m.calibration.ece.toFixed(3),
    percent(m.rightShare),
  ];
  return table(
    header,
    rows.flatMap(([label, { votes, truth }]) => [
      figures(label, "votes", votes),
      ...(truth ? [figures("", "truth", truth)] : []),
    ]),
    paint,
  );
}

/** The reliability table: what was predicted, and what share came true. */
export function reliabilityTable({ bins }: Calibration, verdict: string, paint: Paint): string {
  const share = (value: number | null) => (value === null ? MISSING : percent(value));
  return table(
    ["σ(score)", "solutions", "predicted", verdict],
    bins.map(({ from, to, count, predicted, observed }) => [
      `${from.toFixed(2)}–${to.toFixed(2)}`,
      String(count),
      share(predicted),
      share(observed),
    ]),
    paint,
  );
}
