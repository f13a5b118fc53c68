/** Detectors that hold each value against a bound: a fixed one, or one that moves with what the series has been. */
import { type Detector, inARow, skippingMissing, type Verdict } from "./verdict.js";

export interface ThresholdOptions {
  /** Values above are an alarm. */
  readonly above?: number | undefined;
  /** Values below are one. */
  readonly below?: number | undefined;
  /** Values in a row that make an alarm. */
  readonly patience: number;
}

export const threshold =
  ({
    above = Number.POSITIVE_INFINITY,
    below = Number.NEGATIVE_INFINITY,
    patience,
  }: ThresholdOptions): Detector =>
  () =>
    skippingMissing(
      inARow(({ step, value }) => {
        const bound = nearer(value, above, below);
        return { verdict: value > above || value < below ? "alarm" : "ok", value, bound, step, evidence: {} };
      }, patience),
    );

/** Of two bounds the one that was passed, else the nearer; null where neither is finite. */
export function nearer(value: number, above: number, below: number): number | null {
  const bound = value - below < above - value ? below : above;
  return Number.isFinite(bound) ? bound : null;
}

export interface DepartureOptions {
  readonly direction: "rise" | "fall";
  /** Distance to the base that must be passed. */
  readonly by?: number | undefined;
  /** Multiple of the base that must be passed, for series of positive values. Where both are given, both must be. */
  readonly ratio?: number | undefined;
  /** The base: the first value, or the best so far, which is the lowest for a rise and the highest for a fall. */
  readonly from: "first" | "best";
  readonly patience: number;
}

/** A rise above the first or the lowest value so far, or a fall below the first or the highest. */
export const departure =
  ({ direction, by, ratio, from, patience }: DepartureOptions): Detector =>
  () => {
    const sign = direction === "rise" ? 1 : -1;
    let base: number | null = null;
    let baseStep = 0;
    return skippingMissing(
      inARow(({ step, value }): Verdict => {
        if (base === null) {
          base = value;
          baseStep = step;
          return { verdict: "ok", value, bound: null, step, evidence: {} };
        }
        const bounds = [
          ...(by === undefined ? [] : [base + sign * by]),
          ...(ratio === undefined ? [] : [base * ratio]),
        ];
        const bound = direction === "rise" ? Math.max(...bounds) : Math.min(...bounds);
        const evidence = { base, baseStep };
        if (from === "best" && sign * (value - base) < 0) {
          base = value;
          baseStep = step;
        }
        return { verdict: sign * (value - bound) > 0 ? "alarm" : "ok", value, bound, step, evidence };
      }, patience),
    );
  };

export interface PlateauOptions {
  /** Where better values are. */
  readonly direction: "up" | "down";
  /** Values in a row without a new best that make an alarm. */
  readonly patience: number;
  /** Distance to the best that makes a new one. */
  readonly minDelta: number;
}

/** No new best for a while: early stopping on a measured accuracy. The earliest of equal values is the best. */
export const plateau =
  ({ direction, patience, minDelta }: PlateauOptions): Detector =>
  () => {
    const sign = direction === "up" ? 1 : -1;
    let best: number | null = null;
    let bestStep = 0;
    let without = 0;
    return skippingMissing(({ step, value }): Verdict => {
      if (best === null || sign * value > sign * best + minDelta) {
        best = value;
        bestStep = step;
        without = 0;
      } else without++;
      const verdict = without >= patience ? "alarm" : without > 0 ? "warn" : "ok";
      return { verdict, value, bound: best, step, evidence: { bestStep, without, patience } };
    });
  };
