/** How the results of a sweep read, on a terminal and on its page. */
import type { OverSeeds } from "../../core/statistics/over-seeds.js";
import { MISSING, percent, plainNumber } from "../report/format.js";
import { valueText } from "./names.js";
import type { CombinationResult, MetricColumn, RunResult, SweepResults } from "./results.js";

export const metricText = ({ unit }: Pick<MetricColumn, "unit">, value: number | null | undefined): string =>
  unit === "share" ? percent(value) : plainNumber(value);

/** `71.2% ± 1.3`; without the half width where there is one value. */
export function overText({ unit }: Pick<MetricColumn, "unit">, over: OverSeeds | null | undefined): string {
  if (!over) return MISSING;
  const { mean, half } = over;
  if (half === null) return metricText({ unit }, mean);
  return `${metricText({ unit }, mean)} ± ${unit === "share" ? (100 * half).toFixed(1) : plainNumber(half)}`;
}

/** Values of the swept keys, in their order. */
export const valueCells = (
  { keys }: Pick<SweepResults, "keys">,
  { values }: Pick<RunResult | CombinationResult, "values">,
): string[] => keys.map(({ key }) => (key in values ? valueText(values[key]) : MISSING));

/** `no`, or what the signs are of. */
export const signsText = ({ status, signs }: Pick<RunResult, "status" | "signs">): string =>
  status === "finished" ? (signs?.kind ?? "none") : MISSING;

/** How a run stands, with the code of its error. */
export const statusText = ({ status, error }: Pick<RunResult, "status" | "error">): string =>
  error === undefined ? status : `${status}: ${error.code}`;

/** `best by eval.mean: lr=1e-4,n=16, 71.2% ± 1.3`; null where there is none. */
export function bestSentence({ best, objective, columns }: SweepResults): string | null {
  if (best === null || objective === null) return null;
  const unit = columns.find(({ key }) => key === objective.metric)?.unit ?? "number";
  const value = overText({ unit }, { mean: best.value, half: best.half, n: 1 });
  return `${objective.goal === "max" ? "highest" : "lowest"} ${objective.metric}: ${best.name || "all runs"}, ${value}`;
}

/** `12 runs: 10 finished, 1 failed, 1 not begun`. */
export function countsSentence({ runs }: Pick<SweepResults, "runs">): string {
  const names = { finished: "finished", failed: "failed", stopped: "stopped", waiting: "not begun" } as const;
  const counts = Object.entries(names).flatMap(([status, name]) => {
    const count = runs.filter((run) => run.status === status).length;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"}: ${counts.join(", ")}`;
}
