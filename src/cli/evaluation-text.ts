/** Evaluations as a table: shares with their 95% intervals over prompts. */

import { MISSING, percent, percentInterval } from "../apps/report/format.js";
import type { Estimate } from "../core/statistics/bootstrap-means.js";
import type { EvaluationResult } from "../training/evaluate/evaluate.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

function figure(estimate: Estimate | null): string {
  return estimate === null
    ? MISSING
    : `${percent(estimate.value)} ${percentInterval([estimate.lo, estimate.hi])}`;
}

/** One row an evaluation. */
export function evaluationTable(
  rows: readonly (readonly [label: string, result: EvaluationResult])[],
  paint: Paint,
): string {
  const k = rows[0]?.[1].samples ?? 0;
  const scored = rows.some(([, { bestOfN }]) => bestOfN !== undefined);
  const header = [
    "",
    `mean@${k} [95% CI]`,
    `maj@${k} [95% CI]`,
    `pass@${k}`,
    "greedy",
    ...(scored ? [`bestOfN@${k}`, `weighted maj@${k}`] : []),
    "agreement",
    "commonest answer",
  ];
  const cells = rows.map(([label, { mean, maj, pass, greedy, agreement, topShare, topAnswer, ...own }]) => [
    label,
    figure(mean),
    figure(maj),
    percent(pass?.value),
    percent(greedy?.value),
    ...(scored ? [percent(own.bestOfN?.value), percent(own.weightedMaj?.value)] : []),
    percent(agreement),
    `${topAnswer ?? "none"} (${percent(topShare)})`,
  ]);
  return table(header, cells, paint);
}
