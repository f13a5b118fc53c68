/** Student's t: its quantile, its tail, and the normal quantile that it tends to. */

/** Quantile of the standard normal that leaves 2.5% above it. */
export const Z_95 = 1.959963984540054;

/** 0.975 quantiles of Student's t for 1, 2, … degrees of freedom. */
const T975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086,
];

/** The quantile by its expansion in 1/ν where the table ends (Abramowitz and Stegun 26.7.5). */
export function t975(freedom: number): number {
  const z = Z_95;
  return (
    T975[freedom - 1] ??
    z +
      (z ** 3 + z) / (4 * freedom) +
      (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
      (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** P(T > t) of so many degrees of freedom, a whole number: a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4). */
export function tTail(t: number, freedom: number): number {
  if (t < 0) return 1 - tTail(-t, freedom);
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cos : 1;
  let series = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    series += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + sin * series) : sin * series;
  return (1 - within) / 2;
}
