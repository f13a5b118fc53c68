/** How long the runs of a corpus are, by what became of them, and how fast those fell that did. */
import { quantileOf } from "../../core/statistics/interval.js";
import type { Outcome } from "./outcome.js";
import type { JudgedRun } from "./replay-monitors.js";

export interface Range {
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

/** In steps; null where there is no such run. */
export interface Lengths extends Readonly<Record<Outcome["state"], Range | null>> {
  /** From 10% to 90% of the fall, of the collapsed runs in which it could be measured. */
  readonly fall: Range | null;
}

export function lengthsOf(runs: readonly JudgedRun[]): Lengths {
  const of = (state: Outcome["state"]) =>
    rangeOf(runs.flatMap(({ run, outcome }) => (outcome.state === state ? [run.config.steps] : [])));
  return {
    collapsed: of("collapsed"),
    healthy: of("healthy"),
    undecided: of("undecided"),
    fall: rangeOf(runs.flatMap(({ outcome }) => outcome.width ?? [])),
  };
}

function rangeOf(values: readonly number[]): Range | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { shortest: sorted[0]!, median: quantileOf(sorted, 0.5), longest: sorted.at(-1)! };
}
