/** The slope of the last values, by the median of the slopes between any two: one wild value does not tilt it (Theil 1950, Sen 1968). */
import { nearer } from "./bounds.js";
import { type Detector, inARow, type Seen, skippingMissing } from "./verdict.js";

/** The middle of them, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Theil–Sen slope per step of points at different steps; NaN of fewer than two. */
export function theilSen(points: readonly Pick<Seen, "step" | "value">[]): number {
  const slopes: number[] = [];
  for (const [j, b] of points.entries())
    for (const a of points.slice(0, j)) slopes.push((b.value - a.value) / (b.step - a.step));
  return median(slopes);
}

export interface SlopeOptions {
  /** Values that the slope is taken over; nothing is said before there are so many. */
  readonly window: number;
  /** Change per step above which, or below which, there is an alarm. */
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly patience: number;
}

/** The verdict's `value` is the slope. */
export const slope =
  ({
    window,
    above = Number.POSITIVE_INFINITY,
    below = Number.NEGATIVE_INFINITY,
    patience,
  }: SlopeOptions): Detector =>
  () => {
    const last: Seen[] = [];
    return skippingMissing(
      inARow((point) => {
        const { step, value: observed } = point;
        last.push(point);
        if (last.length > window) last.shift();
        const evidence = { observed, window: last.length };
        if (last.length < window) return { verdict: "ok", value: null, bound: null, step, evidence };
        const value = theilSen(last);
        const alarm = value > above || value < below;
        return { verdict: alarm ? "alarm" : "ok", value, bound: nearer(value, above, below), step, evidence };
      }, patience),
    );
  };
