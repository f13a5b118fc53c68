/**
 * CUSUM (Page 1954) of a standardised series: S ← max(0, S + z − k), an alarm above h. Mean and spread are those of a prefix of the series, and h
 * is by default a quantile of what such a prefix does by itself (`bootstrap-limit.ts`): with a fixed h, an estimated mean and values that hang
 * together, a healthy series alarms most of the time.
 */
import { type Scale, scaleOf, varies } from "./baseline.js";
import { bootstrapLimit } from "./bootstrap-limit.js";
import { cusumStep } from "./cusum-step.js";
import { type Detector, skippingMissing, type Verdict } from "./verdict.js";

export interface CusumOptions {
  readonly direction: "up" | "down";
  /** Half the shift, in standard deviations, that is to be found. */
  readonly k: number;
  /** The limit; without one it is found by the bootstrap. */
  readonly h?: number | undefined;
  /** Values of the prefix; one without any spread is prolonged until it has some. */
  readonly prefix: number;
  /** Of the bootstrap: chance that a healthy series of `length` further values alarms. */
  readonly alpha: number;
  readonly length: number;
  readonly seed: number;
}

/** The verdict's `value` is the sum S and its `bound` h; a warning is given from half of it on. */
export const cusum =
  ({ direction, k, h, prefix, alpha, length, seed }: CusumOptions): Detector =>
  () => {
    const sign = direction === "up" ? 1 : -1;
    const first: number[] = [];
    let scale: Scale | null = null;
    let limit = 0;
    let sum = 0;
    return skippingMissing(({ step, value: observed }): Verdict => {
      if (scale === null) {
        first.push(sign * observed);
        const own = scaleOf(first);
        if (first.length >= prefix && varies(own)) {
          scale = own;
          limit = h ?? bootstrapLimit(first, { k, alpha, length, seed });
        }
        const evidence = { observed, prefix: first.length };
        return { verdict: "ok", value: null, bound: null, step, evidence };
      }
      sum = cusumStep(sum, (sign * observed - scale.mean) / scale.sd, k);
      const verdict = sum > limit ? "alarm" : sum > limit / 2 ? "warn" : "ok";
      const evidence = { observed, mean: sign * scale.mean, sd: scale.sd, prefix: first.length };
      return { verdict, value: sum, bound: limit, step, evidence };
    });
  };
