/** The interval of a share that was counted (Wilson 1927): it stays within [0, 1], and is of use at counts of 0 and n. */
import type { Interval } from "./interval.js";
import { Z_95 } from "./student-t.js";

/** The 95% interval of `successes` in `n`; [0, 1] of none. */
export function wilsonInterval(successes: number, n: number, z = Z_95): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const p = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: successes === 0 ? 0 : centre - half, high: successes === n ? 1 : centre + half };
}
