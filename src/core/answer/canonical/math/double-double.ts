/**
 * Real numbers as unevaluated sums of two doubles, about 31 digits (Dekker 1971; Hida, Li and Bailey 2001). Values that
 * are equal agree far beyond the digits that a fingerprint keeps, so rounding hardly ever separates them.
 */
import { notMathematics } from "../limits.js";
import { absolute, type Rational, rational, reduced } from "./rational.js";

export interface Real {
  readonly h: number;
  readonly l: number;
}

export const ZERO: Real = { h: 0, l: 0 };
export const ONE: Real = { h: 1, l: 0 };
export const PI: Real = { h: Math.PI, l: 1.2246467991473532e-16 };
export const E: Real = { h: Math.E, l: 1.4456468917292502e-16 };
export const LN2: Real = { h: Math.LN2, l: 2.3190468138462996e-17 };

export const real = (h: number): Real => ({ h, l: 0 });

function normal(h: number, l: number): Real {
  const sum = h + l;
  if (!(Math.abs(sum) < 1e290)) notMathematics("overflow");
  return { h: sum, l: l - (sum - h) };
}

const SPLIT = 134_217_729;

/** What remains of a·b after it was rounded to `p`. */
function productError(a: number, b: number, p: number): number {
  const [ta, tb] = [SPLIT * a, SPLIT * b];
  const [ah, bh] = [ta - (ta - a), tb - (tb - b)];
  const [al, bl] = [a - ah, b - bh];
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** A sum smaller than this part of its terms is what rounding left of 0. */
const CANCELLED = 1e-26;

export function add(a: Real, b: Real): Real {
  const sum = plain(a, b);
  return Math.abs(sum.h) < CANCELLED * Math.abs(a.h) ? ZERO : sum;
}

export const negative = (a: Real): Real => ({ h: -a.h, l: -a.l });
export const subtract = (a: Real, b: Real): Real => add(a, negative(b));
export const magnitude = (a: Real): Real => (a.h < 0 ? negative(a) : a);

export function multiply(a: Real, b: Real): Real {
  const p = a.h * b.h;
  return normal(p, productError(a.h, b.h, p) + a.h * b.l + a.l * b.h);
}

export function scale(a: Real, by: number): Real {
  const p = a.h * by;
  return normal(p, productError(a.h, by, p) + a.l * by);
}

export function divide(a: Real, b: Real): Real {
  if (b.h === 0) notMathematics("division by zero");
  const first = a.h / b.h;
  const rest = plain(a, scale(b, -first));
  const second = rest.h / b.h;
  const last = plain(rest, scale(b, -second)).h / b.h;
  const sum = normal(first, second);
  return normal(sum.h, sum.l + last);
}

/** A sum without the test for cancellation, which division lives by. */
function plain(a: Real, b: Real): Real {
  const h = a.h + b.h;
  const v = h - a.h;
  return normal(h, a.h - (h - v) + (b.h - v) + a.l + b.l);
}

export function squareRoot(a: Real): Real {
  if (a.h <= 0) return ZERO;
  const root = Math.sqrt(a.h);
  const p = root * root;
  const rest = plain(a, { h: -p, l: -productError(root, root, p) });
  return normal(root, rest.h / (2 * root));
}

const LARGEST_DOUBLE = BigInt(Number.MAX_SAFE_INTEGER);
const isDouble = (n: bigint) => n <= LARGEST_DOUBLE && n >= -LARGEST_DOUBLE;

/** Rounded to a double-double. */
export function fromRational({ n, d }: Rational): Real {
  if (isDouble(n) && isDouble(d))
    return d === 1n ? real(Number(n)) : divide(real(Number(n)), real(Number(d)));
  const [size, over] = [absolute(n).toString(2).length, d.toString(2).length];
  const shift = 110 - size + over;
  const quotient = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift));
  const h = Number(quotient);
  const down = (x: number) => x * 2 ** Math.trunc(-shift / 2) * 2 ** (-shift - Math.trunc(-shift / 2));
  return normal(down(h), down(Number(quotient - BigInt(h))));
}

/** Exactly. */
export function toRational(a: Real): Rational {
  const parts = [a.h, a.l].map((x) => {
    let [value, exponent] = [x, 0n];
    while (!Number.isInteger(value)) [value, exponent] = [value * 2, exponent + 1n];
    return rational(BigInt(value), 1n << exponent);
  });
  const [h, l] = parts as [Rational, Rational];
  return reduced(h.n * l.d + l.n * h.d, h.d * l.d) ?? notMathematics("too small");
}
