/** Intervals, and quantiles of samples. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The central 95% of ascending or other values; of none, no interval. */
export function central(values: readonly number[]): Interval | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { low: quantileOf(sorted, 0.025), high: quantileOf(sorted, 0.975) };
}

/** Quantile of ascending values by linear interpolation between order statistics. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (position - Math.floor(position)) * (above - below);
}
