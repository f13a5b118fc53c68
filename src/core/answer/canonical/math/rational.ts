/** Exact rationals of big integers, in lowest terms, with bounded size. */
import { FRACTION_BITS, INTEGER_BITS } from "../limits.js";

/** `n/d`, d > 0, without a common divisor. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const rational = (n: bigint, d = 1n): Rational => ({ n, d });
export const ZERO = rational(0n);
export const ONE = rational(1n);

const integerBound = 1n << BigInt(INTEGER_BITS);
const fractionBound = 1n << BigInt(FRACTION_BITS);

export const absolute = (a: bigint): bigint => (a < 0n ? -a : a);

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** n/d in lowest terms; null where d is 0 or the parts are too large. */
export function reduced(n: bigint, d: bigint): Rational | null {
  if (d === 1n) return absolute(n) < integerBound ? { n, d } : null;
  if (d === 0n || absolute(n) >= fractionBound || absolute(d) >= fractionBound) return null;
  const common = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / common, d: d / common };
}

export const add = (a: Rational, b: Rational): Rational | null => reduced(a.n * b.d + b.n * a.d, a.d * b.d);
export const multiply = (a: Rational, b: Rational): Rational | null => reduced(a.n * b.n, a.d * b.d);
export const inverse = (a: Rational): Rational | null => (a.n === 0n ? null : reduced(a.d, a.n));
export const negative = (a: Rational): Rational => ({ n: -a.n, d: a.d });

export const bits = (a: bigint): number => (a === 0n ? 0 : absolute(a).toString(16).length * 4);

/** a^b for rational b; null where it is no rational, or a large one. */
export function power(a: Rational, b: Rational): Rational | null {
  const root = b.d === 1n ? a : rationalRoot(a, b.d);
  if (root === null || absolute(b.n) > BigInt(INTEGER_BITS)) return small(root, b);
  const size = Math.max(bits(root.n), bits(root.d)) * Number(absolute(b.n));
  if (size > (root.d === 1n && b.n > 0n ? INTEGER_BITS : FRACTION_BITS) && !isUnit(root)) return null;
  if (b.n < 0n && root.n === 0n) return null;
  const [n, d] = [root.n ** absolute(b.n), root.d ** absolute(b.n)];
  if (b.n >= 0n) return { n, d };
  return n < 0n ? { n: -d, d: -n } : { n: d, d: n };
}

const isUnit = (a: Rational) => a.d === 1n && absolute(a.n) <= 1n;

/** Powers of 0 and ±1, which are small whatever the exponent. */
function small(a: Rational | null, b: Rational): Rational | null {
  if (a === null || !isUnit(a) || (a.n === 0n && b.n < 0n)) return null;
  return a.n === -1n && b.n % 2n === 0n ? ONE : a;
}

/** The real q-th root where it is rational: of a negative number, only for odd q. */
function rationalRoot(a: Rational, q: bigint): Rational | null {
  if (q > 64n || (a.n < 0n && q % 2n === 0n) || bits(a.n) > FRACTION_BITS || bits(a.d) > FRACTION_BITS)
    return null;
  const [n, d] = [integerRoot(absolute(a.n), q), integerRoot(a.d, q)];
  return n === null || d === null ? null : { n: a.n < 0n ? -n : n, d };
}

/** The q-th root of a, where it is an integer: Newton's iteration from above. */
function integerRoot(a: bigint, q: bigint): bigint | null {
  if (a < 2n) return a;
  let root = 1n << BigInt(Math.ceil(bits(a) / Number(q)) + 1);
  for (;;) {
    const next = ((q - 1n) * root + a / root ** (q - 1n)) / q;
    if (next >= root) return root ** q === a ? root : null;
    root = next;
  }
}

/** `3`, `-1/2`; a very long one in hexadecimal, which is linear in its length. */
export function rationalText({ n, d }: Rational): string {
  const text = (a: bigint) =>
    bits(a) > FRACTION_BITS ? `${a < 0n ? "-" : ""}0x${absolute(a).toString(16)}` : `${a}`;
  return d === 1n ? text(n) : `${text(n)}/${text(d)}`;
}

/** The digits of a decimal literal, without sign: `1.50` is 3/2. */
export function fromDecimal(whole: string, fraction = "", exponent = 0): Rational | null {
  if (whole.length + fraction.length + Math.abs(exponent) > FRACTION_BITS / 4) {
    const plain = fraction === "" && exponent === 0 && whole.length < INTEGER_BITS / 4;
    return plain ? reduced(BigInt(whole), 1n) : null;
  }
  const scale = exponent - fraction.length;
  const digits = BigInt(`${whole}${fraction}` || "0");
  return scale >= 0 ? reduced(digits * 10n ** BigInt(scale), 1n) : reduced(digits, 10n ** BigInt(-scale));
}
