/** A mean over seeds with its 95% t interval. */
import { mean as meanOf, sum } from "../../numbers.js";

export interface OverSeeds {
  readonly mean: number;
  /** Half the width of the 95% interval of the mean; null of one value. */
  readonly half: number | null;
  /** Values that it is of. */
  readonly n: number;
}

/** 0.975 quantiles of Student's t for 1, 2, … degrees of freedom. */
const T975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086,
];

/** 0.975 quantile of the normal distribution. */
const Z975 = 1.959963985;

/** The quantile by its expansion in 1/ν where the table ends (Abramowitz and Stegun 26.7.5). */
export function t975(freedom: number): number {
  const z = Z975;
  return (
    T975[freedom - 1] ??
    z +
      (z ** 3 + z) / (4 * freedom) +
      (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
      (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** Null of no values. */
export function overSeeds(values: readonly number[]): OverSeeds | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  if (n === 1) return { mean, half: null, n };
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (n - 1);
  return { mean, half: t975(n - 1) * Math.sqrt(variance / n), n };
}
