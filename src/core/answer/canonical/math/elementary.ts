/** Elementary functions of double-doubles, accurate to about 29 digits. */
import { notMathematics } from "../limits.js";
import {
  add,
  divide,
  fromRational,
  LN2,
  magnitude,
  multiply,
  negative,
  ONE,
  PI,
  type Real,
  real,
  scale,
  squareRoot,
  subtract,
  ZERO,
} from "./double-double.js";

/** 1/k!, k = 0 … 27. */
const inverseFactorials: readonly Real[] = (() => {
  let factorial = 1n;
  return Array.from({ length: 28 }, (_, k) => {
    factorial *= BigInt(Math.max(k, 1));
    return fromRational({ n: 1n, d: factorial });
  });
})();

const HALVINGS = 6;

export function exponential(x: Real): Real {
  if (Math.abs(x.h) > 600) notMathematics("exponential of a large number");
  const k = Math.round(x.h / LN2.h);
  const small = scale(subtract(x, scale(LN2, k)), 2 ** -HALVINGS);
  let sum = ZERO;
  for (let i = 16; i >= 0; i--) sum = add(multiply(sum, small), inverseFactorials[i]!);
  for (let i = 0; i < HALVINGS; i++) sum = multiply(sum, sum);
  return scale(sum, 2 ** k);
}

/** One step of Newton from the double. x > 0. */
export function logarithm(x: Real): Real {
  if (x.h === 1 && x.l === 0) return ZERO;
  const guess = real(Math.log(x.h));
  const y = add(guess, subtract(multiply(x, exponential(negative(guess))), ONE));
  // Near 1 the step from the double is all there is, and another one gives it its digits.
  return Math.abs(guess.h) < 0.1 ? add(y, subtract(multiply(x, exponential(negative(y))), ONE)) : y;
}

/** arsinh: the area whose hyperbolic sine is x. */
export function areaSine(x: Real): Real {
  const size = magnitude(x);
  const area = logarithm(add(size, squareRoot(add(multiply(size, size), ONE))));
  return x.h < 0 ? negative(area) : area;
}

export interface Circular {
  readonly sine: Real;
  readonly cosine: Real;
}

/** Largest angle: its 31 digits leave 19 behind the point, of which rounding errors take some and a fingerprint ten. */
const LARGEST_ANGLE = 1e12;

/** Sine and cosine. Multiples of π/2 are met exactly. */
export function circular(x: Real): Circular {
  if (Math.abs(x.h) > LARGEST_ANGLE) notMathematics("sine of a large number");
  const quarter = scale(PI, 0.5);
  const k = Math.round(x.h / quarter.h);
  let rest = subtract(x, scale(quarter, k));
  if (Math.abs(rest.h) < 1e-26 * Math.max(1, Math.abs(x.h))) rest = ZERO;
  const square = negative(multiply(rest, rest));
  let [sine, cosine] = [ZERO, ZERO];
  for (let i = 26; i >= 0; i -= 2) {
    cosine = add(multiply(cosine, square), inverseFactorials[i]!);
    sine = add(multiply(sine, square), inverseFactorials[i + 1]!);
  }
  sine = multiply(sine, rest);
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return { sine, cosine };
  if (turns === 1) return { sine: cosine, cosine: negative(sine) };
  if (turns === 2) return { sine: negative(sine), cosine: negative(cosine) };
  return { sine: negative(cosine), cosine: sine };
}

/** The angle of (x, y) in (−π, π]: one step of Newton from the double. */
export function angle(y: Real, x: Real): Real {
  if (y.h === 0) return x.h < 0 ? PI : ZERO;
  const guess = Math.atan2(y.h, x.h);
  // An angle that `circular` takes for none: it is its own tangent.
  if (Math.abs(guess) < 1e-26) return divide(y, x);
  const { sine, cosine } = circular(real(guess));
  const off = subtract(multiply(y, cosine), multiply(x, sine));
  const along = add(multiply(x, cosine), multiply(y, sine));
  return add(real(guess), divide(off, along));
}

/** Stirling's series, B(2k)/(2k(2k−1)), k = 1 … 15. */
const stirling: readonly Real[] = (
  [
    [1n, 12n],
    [-1n, 360n],
    [1n, 1260n],
    [-1n, 1680n],
    [1n, 1188n],
    [-691n, 360360n],
    [1n, 156n],
    [-3617n, 122400n],
    [43867n, 244188n],
    [-174611n, 125400n],
    [77683n, 5796n],
    [-236364091n, 1506960n],
    [657931n, 300n],
    [-3392780147n, 93960n],
    [1723168255201n, 2492028n],
  ] as const
).map(([n, d]) => fromRational({ n, d }));

const halfLogTwoPi = scale(logarithm(scale(PI, 2)), 0.5);

/** Γ(x) for real x that is no pole. */
export function gamma(x: Real): Real {
  if (magnitude(x).h > 150) notMathematics("gamma of a large number");
  let [shifted, product] = [x, ONE];
  for (; shifted.h < 30; shifted = add(shifted, ONE)) product = multiply(product, shifted);
  const inverse = divide(ONE, shifted);
  const square = multiply(inverse, inverse);
  let series = ZERO;
  for (let i = stirling.length - 1; i >= 0; i--) series = add(multiply(series, square), stirling[i]!);
  const log = add(
    add(multiply(subtract(shifted, real(0.5)), logarithm(shifted)), negative(shifted)),
    add(halfLogTwoPi, multiply(series, inverse)),
  );
  return divide(exponential(log), product);
}
