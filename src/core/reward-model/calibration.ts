/** Whether probabilities mean what they say: the reliability table, and its expected calibration error. */

/** Solutions whose predicted probability lies in [from, to), the last bin's in [from, to]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean predicted probability; null in an empty bin. */
  readonly predicted: number | null;
  /** Share that is right; null in an empty bin. */
  readonly observed: number | null;
}

export interface Calibration {
  /** Expected calibration error: mean over the solutions of |observed − predicted| of their bin (Guo et al. 2017, arXiv 1706.04599, equation 3). */
  readonly ece: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Bins of equal width over [0, 1].
 *
 * @param probabilities predicted, each from 0 to 1
 * @param right what came true, in the same order
 */
export function calibration(
  probabilities: readonly number[],
  right: readonly boolean[],
  bins = 10,
): Calibration {
  const sums = Array.from({ length: bins }, () => ({ count: 0, predicted: 0, observed: 0 }));
  probabilities.forEach((p, i) => {
    const bin = sums[Math.min(bins - 1, Math.floor(p * bins))]!;
    bin.count++;
    bin.predicted += p;
    bin.observed += Number(right[i]);
  });
  const gap = sums.reduce((sum, { predicted, observed }) => sum + Math.abs(observed - predicted), 0);
  return {
    ece: probabilities.length === 0 ? 0 : gap / probabilities.length,
    bins: sums.map(({ count, predicted, observed }, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      count,
      predicted: count === 0 ? null : predicted / count,
      observed: count === 0 ? null : observed / count,
    })),
  };
}
