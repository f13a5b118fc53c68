/** Whether a mean is as good as 0: two one-sided t tests (Schuirmann 1987). */
import { mean as meanOf } from "../../numbers.js";
import { standardError } from "./standard-error.js";
import { t975, tTail } from "./student-t.js";

export interface Equivalence {
  /** The mean, and half of its 95% t interval. */
  readonly mean: number;
  readonly half: number;
  /** Differences as large as this would matter. */
  readonly bound: number;
  /** The larger of the two tests: the chance of so small a mean if the true one were at a bound. */
  readonly p: number;
  /** Whether p is below 0.05. */
  readonly equivalent: boolean;
  readonly n: number;
}

/** Null of fewer than two values. */
export function equivalence(values: readonly number[], bound: number): Equivalence | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = meanOf(values);
  const error = standardError(values);
  const room = bound - Math.abs(mean);
  // Values without spread leave no doubt.
  const p = error === 0 ? (room > 0 ? 0 : 1) : tTail(room / error, n - 1);
  return { mean, half: t975(n - 1) * error, bound, p, equivalent: p < 0.05, n };
}
