/** Early stopping on a measured accuracy: the best evaluation so far, and whether it is time to go back to it. */

export interface Measured {
  readonly step: number;
  readonly value: number;
}

export interface BestRule {
  /** Evaluations in a row without a new best that stop the run. */
  readonly patience: number;
  /** Rise over the best that counts as a new one. */
  readonly minDelta: number;
}

export interface BestSoFar {
  readonly best: Measured;
  /** Evaluations since. */
  readonly without: number;
  readonly stop: boolean;
}

/** Evaluations in the order of their steps; null where there is none. The earliest of equal ones is the best. */
export function bestSoFar(
  evaluations: readonly Measured[],
  { patience, minDelta }: BestRule,
): BestSoFar | null {
  const [first, ...later] = evaluations;
  if (first === undefined) return null;
  let best = first;
  let without = 0;
  for (const own of later) {
    if (own.value > best.value + minDelta) {
      best = own;
      without = 0;
    } else without++;
  }
  return { best, without, stop: without >= patience };
}
