/** Rationals in disguise: `\sqrt{8}/\sqrt{2}` is 2, `\log_4 8` is 3/2. */
import * as D from "./math/double-double.js";
import { type Rational, rational } from "./math/rational.js";
import { simplestNear } from "./math/simplest.js";

const tolerance = { n: 1n, d: 10n ** 26n };
const LARGEST_INTEGER = 1e22;

/**
 * The rational with a denominator up to `most` that a value is, as far as its digits tell; null where there is none. Of a
 * value above 1 the denominator may be as large as makes the product of both parts `most`² (1 for an integer): a number that
 * is none happens to look like one with a chance of about most²/10^26, whatever its size.
 */
export function nearRational(value: D.Real, most: bigint): Rational | null {
  if (value.h === 0) return rational(0n);
  const size = Math.abs(value.h);
  if (size > LARGEST_INTEGER || size < 1e-24) return null;
  const nearest = Math.round(value.h);
  const off = Math.abs(value.h - nearest + value.l);
  if (off > Math.max(1e-9, size * 1e-15) && most === 1n) return null;
  const exact = D.toRational(value);
  const allowed = size > 1 ? { n: tolerance.n * BigInt(Math.ceil(size)), d: tolerance.d } : tolerance;
  const parts = BigInt(Math.ceil(size) + 1);
  const found = simplestNear(exact, allowed, most * most > parts ? most * most : parts);
  return found !== null && found.d <= most ? found : null;
}
