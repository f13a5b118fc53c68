/**
 * E-detector of a rise of a share (Shin, Ramdas, Rinaldo 2024): M ← L·(1 + M) with L = 1 + λ(x − m₀), the mean over several λ, an alarm at
 * 1/alpha. As long as the expected share, given all that came before, is at most m₀, the mean time to a false alarm is at least 1/alpha values,
 * whatever the distribution and however values hang together.
 */
import { type Detector, type Seen, skippingMissing, type Verdict } from "./verdict.js";

/** Bets, as parts of the greatest λ that keeps L positive, 1/m₀: small ones find small rises. */
const BETS = [0.05, 0.1, 0.2, 0.4, 0.8] as const;
/** Least m₀: a prefix of zeros is no promise that there will never be another value. */
const LEAST_MEAN = 0.01;

export interface EDetectorOptions {
  readonly direction: "up" | "down";
  /** Values whose largest one is m₀. */
  readonly prefix: number;
  readonly alpha: number;
}

/** The verdict's `value` is M, its `bound` 1/alpha; a warning is given from the square root of that on. Values must be in [0, 1]. */
export const eDetector =
  ({ direction, prefix, alpha }: EDetectorOptions): Detector =>
  () => {
    const bound = 1 / alpha;
    let seen = 0;
    let highest = LEAST_MEAN;
    let sums: readonly number[] = BETS.map(() => 0);
    return skippingMissing(({ step, value: observed }: Seen): Verdict => {
      const share = direction === "up" ? observed : 1 - observed;
      if (seen < prefix) {
        seen++;
        highest = Math.max(highest, share);
        return { verdict: "ok", value: null, bound: null, step, evidence: { observed, prefix: seen } };
      }
      sums = sums.map((sum, i) => (1 + (BETS[i]! / highest) * (share - highest)) * (1 + sum));
      const value = sums.reduce((total, sum) => total + sum / BETS.length, 0);
      const verdict = value >= bound ? "alarm" : value >= Math.sqrt(bound) ? "warn" : "ok";
      const evidence = { observed, normal: direction === "up" ? highest : 1 - highest };
      return { verdict, value, bound, step, evidence };
    });
  };
