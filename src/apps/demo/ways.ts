/** Which of its two ways a model went in the rollouts of one step, and how far each way agrees with itself. No label is read. */
import type { Ways } from "../report/demo-data.js";

/** What is needed of a rollout. */
export interface WayRollout {
  readonly group: number;
  readonly completion: string;
  readonly answer: string | null;
}

/** A completion that begins with the mark of the answer states it at once; every other works it out. */
const isGuess = ({ completion }: WayRollout): boolean => completion.startsWith("#");

/** Throws nothing; of no rollouts all shares are null. */
export function waysOf(rollouts: readonly WayRollout[]): Ways {
  const guesses = rollouts.filter(isGuess);
  const workedOut = rollouts.filter((rollout) => !isGuess(rollout));
  return {
    workedOutShare: rollouts.length === 0 ? null : workedOut.length / rollouts.length,
    workedOutAgree: agreeingPairs(workedOut),
    guessesAgree: agreeingPairs(guesses),
  };
}

/**
 * Share of the pairs of rollouts to the same prompt that have the same answer; null where there is no pair. Unlike the share of the
 * commonest answer it does not depend on how many rollouts there are.
 */
function agreeingPairs(rollouts: readonly WayRollout[]): number | null {
  let pairs = 0;
  let agreeing = 0;
  for (const [i, one] of rollouts.entries()) {
    for (const other of rollouts.slice(i + 1)) {
      if (one.group !== other.group) continue;
      pairs++;
      if (one.answer !== null && one.answer === other.answer) agreeing++;
    }
  }
  return pairs === 0 ? null : agreeing / pairs;
}
