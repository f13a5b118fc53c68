/** Numbers as they are compared where they are not exact. */
import type { Complex } from "./math/complex.js";
import type { Real } from "./math/double-double.js";

/** Significant digits that are compared, at least. */
const DIGITS = 10;
/** Digits after the point that are compared, as those of a long decimal are: of a large number, that is more digits. */
const PLACES = 6;
/** Significant digits beyond which rounding errors would separate equal values. */
const MOST_DIGITS = 22;

/** From here on six digits after the point are more than ten significant ones. */
const LARGE = 10 ** (DIGITS - PLACES);

/** A part so much smaller than the other is rounding error. */
const NEGLIGIBLE = 1e-22;

/** `1.414213562`, `0.5-0.8660254038i`, `314159265.358979`: either part to ten significant digits, or six after the point. */
export function rounded({ re, im }: Complex): string {
  const size = Math.max(Math.abs(re.h), Math.abs(im.h));
  const isNothing = ({ h }: Real) => h === 0 || Math.abs(h) < size * NEGLIGIBLE;
  if (isNothing(im)) return digits(re);
  const plus = im.h > 0 ? "+" : "";
  return isNothing(re) ? `${digits(im)}i` : `${digits(re)}${plus}${digits(im)}i`;
}

function digits(x: Real): string {
  if (x.h === 0) return "0";
  return Math.abs(x.h) < LARGE ? String(Number(x.h.toPrecision(DIGITS))) : manyDigits(x);
}

/** Of a large number: `PLACES` after the point, as long as that makes no more than `MOST_DIGITS` in all. */
function manyDigits(x: Real): string {
  const exponent = Number(x.h.toExponential().split("e")[1]);
  const places = Math.min(PLACES, MOST_DIGITS - 1 - exponent);
  const whole = places < 0 ? quotient(integerPart(x), 10n ** BigInt(-places)) : scaled(x, places);
  const text = String(whole < 0n ? -whole : whole);
  const sign = whole < 0n ? "-" : "";
  if (places <= 0) return `${sign}${text}e${-places}`;
  const fraction = text.slice(-places).replace(/0{1,20}$/, "");
  return `${sign}${text.slice(0, -places)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** x·10^places, rounded; the product of doubles below 2^53 is taken apart, so that nothing is rounded twice. */
function scaled(x: Real, places: number): bigint {
  const by = 10n ** BigInt(places);
  const whole = Math.trunc(x.h);
  const rest = (x.h - whole + x.l) * Number(by);
  return BigInt(whole) * by + BigInt(Math.round(rest));
}

const integerPart = ({ h, l }: Real): bigint =>
  BigInt(Math.trunc(h)) + BigInt(Math.round(h - Math.trunc(h) + l));

/** n/d to the nearest integer. */
function quotient(n: bigint, d: bigint): bigint {
  const half = n < 0n ? -d / 2n : d / 2n;
  return (n + half) / d;
}
