/** The simplest rational near a number, by continued fractions. */
import { absolute, type Rational, rational } from "./rational.js";

/**
 * The first convergent of `value` within `tolerance` of it, where numerator times denominator stays under `most`; null
 * where there is none.
 */
export function simplestNear(value: Rational, tolerance: Rational, most: bigint): Rational | null {
  let [n, d] = [value.n, value.d];
  let [p0, q0, p1, q1] = [0n, 1n, 1n, 0n];
  while (d !== 0n) {
    let whole = n / d;
    if (n % d < 0n) whole -= 1n;
    [p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0];
    if (absolute(p1) * q1 > most) return null;
    const error = absolute(value.n * q1 - p1 * value.d);
    if (error * tolerance.d <= tolerance.n * value.d * q1) return rational(p1, q1);
    [n, d] = [d, n - whole * d];
  }
  return null;
}

/** A decimal from which so many significant digits, so many of them after the point, are taken for a rounding. */
const LONG_DIGITS = 9;
const LONG_FRACTION = 6;

/** Significant digits that a double is printed with, where its value is no short decimal. */
const DOUBLE_DIGITS = 16;

/**
 * What a terminating decimal stands for. `short` is exact. A long one, of nine significant digits or more with six or more
 * after the point, is a rounding: of the simplest rational that it rounds, or breaks off, or of some irrational.
 */
export function meaningOfDecimal(
  value: Rational,
): { readonly exact: Rational } | { readonly rounded: Rational } {
  const places = decimalPlaces(value.d);
  if (places === null || places < LONG_FRACTION) return { exact: value };
  const scaled = absolute(value.n) * (10n ** BigInt(places) / value.d);
  const digits = scaled.toString().length;
  if (digits < LONG_DIGITS) return { exact: value };
  const tolerance = { n: 99n, d: 100n * 10n ** BigInt(places) };
  // A double of a computation is a few units of its last place off: 2.9999999999999996.
  if (digits >= DOUBLE_DIGITS) {
    const noise = { n: absolute(value.n) * 4n, d: value.d * 2n ** 52n };
    const near = digits <= DOUBLE_DIGITS + 2 ? simplestNear(value, noise, 10n ** 6n) : null;
    if (near !== null) return { exact: near };
  }
  const simple = simplestNear(value, tolerance, 10n ** BigInt(digits - 4));
  return simple === null ? { rounded: value } : { exact: simple };
}

/** Places after the point of a fraction with denominator d in lowest terms; null where it does not terminate. */
function decimalPlaces(d: bigint): number | null {
  let rest = d;
  let [twos, fives] = [0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}
