/**
 * Whether accuracy on a few labelled prompts has fallen below what it was at the start, with a stated false-alarm rate over the whole run.
 *
 * The first value is the start: c₀ right of n₀ outcomes. m₀ is the lower Clopper–Pearson bound of its accuracy at alpha/2, which errs with
 * probability alpha/2 at most (by Hoeffding 1956 it also holds for outcomes with chances of their own, as prompts have). From then on
 * E ← E · Π(1 + λ(m₀ − y)) over the 0/1 outcomes y, the mean over several λ. As long as the mean chance of the outcomes is at least m₀, E is a
 * supermartingale: by the inequality of the means, Π(1 + λ(m₀ − p)) ≤ (1 + λ(m₀ − mean p))ⁿ ≤ 1. By Ville's inequality it ever reaches 2/alpha
 * with probability alpha/2 at most. So a policy that never falls below its start raises an alarm with probability alpha at most, however often it
 * is measured and whenever one looks.
 *
 * Assumes that every measurement is of the same prompts, and that outcomes are independent given the policy, as samples are.
 */
import { lowerProportion } from "../statistics/clopper-pearson.js";
import { type Detector, type Seen, skippingMissing, type Verdict } from "./verdict.js";

/** Bets, as parts of the greatest λ, 1/(1 − m₀). */
const BETS = [0.05, 0.1, 0.2, 0.4, 0.8] as const;

export interface CanaryOptions {
  /** Chance of a false alarm in the whole run, at most. */
  readonly alpha: number;
}

/** The verdict's `value` is E, its `bound` 2/alpha; a warning is given from the square root of that on. Points need `trials`. */
export const canary =
  ({ alpha }: CanaryOptions): Detector =>
  () => {
    const bound = 2 / alpha;
    let floor: number | null = null;
    let start = 0;
    /** Logarithms, as products of hundreds of outcomes overflow. */
    let logs: readonly number[] = BETS.map(() => 0);
    return skippingMissing(({ step, value: observed, trials = 0 }: Seen): Verdict => {
      const right = Math.round(observed * trials);
      if (floor === null) {
        floor = lowerProportion(right, trials, alpha / 2);
        start = observed;
        return { verdict: "ok", value: null, bound: null, step, evidence: { observed, trials, floor } };
      }
      const least = floor;
      logs = logs.map((log, i) => {
        const lambda = BETS[i]! / (1 - least);
        return log + right * Math.log1p(lambda * (least - 1)) + (trials - right) * Math.log1p(lambda * least);
      });
      const value = logs.reduce((sum, log) => sum + Math.exp(log) / BETS.length, 0);
      const verdict = value >= bound ? "alarm" : value >= Math.sqrt(bound) ? "warn" : "ok";
      return { verdict, value, bound, step, evidence: { observed, start, floor: least, trials } };
    });
  };
