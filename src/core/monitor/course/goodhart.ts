/** The price of optimising a proxy: reward over the distance d = √KL from the start (Gao et al. 2022, arXiv 2210.10760). */
import { leastSquares } from "../../statistics/least-squares.js";

/** A step: KL of its policy to the starting one in nats a sequence, and its reward, true or pseudo. */
export interface GoodhartPoint {
  readonly sequenceKl: number;
  readonly reward: number;
}

export interface GoodhartFit {
  /** R at d = 0. */
  readonly start: number;
  readonly alpha: number;
  readonly beta: number;
  /** Distance √KL of the peak; null where the curve has none (β ≤ 0). It may lie beyond what was measured. */
  readonly peak: number | null;
  /** R at the peak less R at 0; null as the peak. */
  readonly height: number | null;
  /** Root of the mean squared residual. */
  readonly error: number;
  /** Share of the variance that is explained; null where rewards are equal. */
  readonly explained: number | null;
}

export interface GoodhartFits {
  /** R₀ + d(α − β ln d), the form of reinforcement learning: peak e^(α/β − 1), height βd*. */
  readonly reinforcement: GoodhartFit | null;
  /** R₀ + d(α − βd), that of best-of-n: peak α/(2β), height α²/(4β). The smaller error says which describes the run. */
  readonly bestOfN: GoodhartFit | null;
}

/** Both forms by least squares; null where the points do not determine one: fewer than four, or too few distances. Points with a KL below 0 are left out. */
export function goodhart(points: readonly GoodhartPoint[]): GoodhartFits {
  const used = points.filter(({ sequenceKl }) => sequenceKl >= 0);
  const distances = used.map(({ sequenceKl }) => Math.sqrt(sequenceKl));
  const rewards = used.map(({ reward }) => reward);
  const fit = (
    curved: (d: number) => number,
    top: (alpha: number, beta: number) => readonly [peak: number, height: number],
  ): GoodhartFit | null => {
    if (used.length < 4) return null;
    const found = leastSquares([distances.map(() => 1), distances, distances.map(curved)], rewards);
    if (found === null) return null;
    const [start, alpha, beta] = found.coefficients as [number, number, number];
    const [peak, height] = beta > 0 ? top(alpha, beta) : [null, null];
    return { start, alpha, beta, peak, height, error: found.error, explained: found.explained };
  };
  return {
    reinforcement: fit(
      (d) => (d === 0 ? 0 : -d * Math.log(d)),
      (alpha, beta) => {
        const peak = Math.exp(alpha / beta - 1);
        return [peak, beta * peak];
      },
    ),
    bestOfN: fit(
      (d) => -d * d,
      (alpha, beta) => (alpha > 0 ? [alpha / (2 * beta), alpha ** 2 / (4 * beta)] : [0, 0]),
    ),
  };
}
