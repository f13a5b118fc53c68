/** Numbers as they are compared where they are not exact. */
import type { Complex } from "./math/complex.js";

/** Significant digits that are compared. */
export const DIGITS = 10;

/** A part so much smaller than the other is rounding error. */
const NEGLIGIBLE = 1e-22;

/** `1.414213562`, `0.5-0.8660254038i`: ten significant digits of either part. */
export function rounded({ re, im }: Complex): string {
  const [x, y] = [re.h, im.h];
  const size = Math.max(Math.abs(x), Math.abs(y));
  const realPart = Math.abs(x) < size * NEGLIGIBLE ? 0 : x;
  const imaginary = Math.abs(y) < size * NEGLIGIBLE ? 0 : y;
  if (imaginary === 0) return digits(realPart);
  return `${realPart === 0 ? "" : digits(realPart)}${imaginary > 0 && realPart !== 0 ? "+" : ""}${digits(imaginary)}i`;
}

const digits = (x: number): string => (x === 0 ? "0" : String(Number(x.toPrecision(DIGITS))));
