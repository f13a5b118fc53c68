/**
 * Choosing among rules on runs whose outcome is known: as many collapsed runs caught before their onset as possible, with false alarms in no more
 * than a given share of the healthy ones. Give the runs of the tuning split alone.
 */

import { type Score, scoreOf } from "./rates.js";
import { earliest, type JudgedRun } from "./replay-monitors.js";

/** A rule, and its first alarm in each run. */
export interface Candidate {
  readonly name: string;
  readonly alarms: readonly (number | null)[];
}

/** More caught before the onset, then more caught at all, then fewer false alarms, then the longer lead; 0 where all are equal. */
function better(a: Score, b: Score): number {
  return (
    a.caughtBefore.count - b.caughtBefore.count ||
    a.caught.count - b.caught.count ||
    b.falseAlarms.count - a.falseAlarms.count ||
    (a.leadSteps?.median ?? 0) - (b.leadSteps?.median ?? 0)
  );
}

const within = ({ falseAlarms: { count, of } }: Score, budget: number): boolean => count <= budget * of;

/** The best of them, the first where several are as good; null where none catches a run within the budget. */
export function bestOf<C extends Candidate>(
  candidates: readonly C[],
  runs: readonly JudgedRun[],
  budget: number,
): { readonly candidate: C; readonly score: Score } | null {
  let best: { candidate: C; score: Score } | null = null;
  for (const candidate of candidates) {
    const score = scoreOf(candidate.name, runs, candidate.alarms);
    if (!within(score, budget) || score.caught.count === 0) continue;
    if (best === null || better(score, best.score) > 0) best = { candidate, score };
  }
  return best;
}

export const unionAlarms = (members: readonly Candidate[]): (number | null)[] =>
  (members[0]?.alarms ?? []).map((_, i) => earliest(members.map(({ alarms }) => alarms[i]!)));

/**
 * A set whose union is good: the best single rule, then one more as long as it catches more runs before their onset, at most `most`. Greedy, so that
 * few runs are asked few questions.
 */
export function chooseSet<C extends Candidate>(
  candidates: readonly C[],
  runs: readonly JudgedRun[],
  budget: number,
  most: number,
): { readonly members: readonly C[]; readonly score: Score } | null {
  const first = bestOf(candidates, runs, budget);
  if (first === null) return null;
  let set = { members: [first.candidate] as readonly C[], score: first.score };
  while (set.members.length < most) {
    const grown = candidates.map((candidate) => {
      const members = [...set.members, candidate];
      return { name: members.map(({ name }) => name).join(" + "), members, alarms: unionAlarms(members) };
    });
    const next = bestOf(grown, runs, budget);
    if (next === null || next.score.caughtBefore.count <= set.score.caughtBefore.count) return set;
    set = { members: next.candidate.members, score: next.score };
  }
  return set;
}
