/** Choosing among solutions by their scores: best-of-n (Cobbe et al. 2021, arXiv 2110.14168, section 4). */

/** Indices of the solutions with the highest score: several where scores are equal, as those of equal solutions are. */
export function best(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  return scores.flatMap((score, i) => (score === highest ? [i] : []));
}
