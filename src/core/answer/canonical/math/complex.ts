/** Complex numbers of double-doubles. A real one has exactly `ZERO` for its imaginary part, and is computed as such. */
import { notMathematics } from "../limits.js";
import * as D from "./double-double.js";
import { angle, areaSine, circular, exponential, logarithm } from "./elementary.js";

export interface Complex {
  readonly re: D.Real;
  readonly im: D.Real;
}

export const fromReal = (re: D.Real): Complex => ({ re, im: D.ZERO });
export const complex = (re: D.Real, im: D.Real): Complex => ({ re, im: im.h === 0 ? D.ZERO : im });
export const number = (x: number): Complex => fromReal(D.real(x));
export const ZERO = number(0);
export const ONE = number(1);
export const I: Complex = { re: D.ZERO, im: D.ONE };

export const isReal = (a: Complex): boolean => a.im === D.ZERO;
export const isZero = (a: Complex): boolean => a.re.h === 0 && a.im.h === 0;

export const add = (a: Complex, b: Complex): Complex =>
  isReal(a) && isReal(b) ? fromReal(D.add(a.re, b.re)) : complex(D.add(a.re, b.re), D.add(a.im, b.im));
export const negative = (a: Complex): Complex => ({
  re: D.negative(a.re),
  im: isReal(a) ? D.ZERO : D.negative(a.im),
});
export const subtract = (a: Complex, b: Complex): Complex => add(a, negative(b));

export function multiply(a: Complex, b: Complex): Complex {
  if (isReal(a) && isReal(b)) return fromReal(D.multiply(a.re, b.re));
  return complex(
    D.subtract(D.multiply(a.re, b.re), D.multiply(a.im, b.im)),
    D.add(D.multiply(a.re, b.im), D.multiply(a.im, b.re)),
  );
}

export const scale = (a: Complex, by: number): Complex => complex(D.scale(a.re, by), D.scale(a.im, by));

export function divide(a: Complex, b: Complex): Complex {
  if (isReal(b)) return complex(D.divide(a.re, b.re), isReal(a) ? D.ZERO : D.divide(a.im, b.re));
  const size = squaredModulus(b);
  const top = multiply(a, { re: b.re, im: D.negative(b.im) });
  return complex(D.divide(top.re, size), D.divide(top.im, size));
}

const squaredModulus = (a: Complex): D.Real => D.add(D.multiply(a.re, a.re), D.multiply(a.im, a.im));

export const modulus = (a: Complex): Complex =>
  fromReal(isReal(a) ? D.magnitude(a.re) : D.squareRoot(squaredModulus(a)));

export function exp(a: Complex): Complex {
  const size = exponential(a.re);
  if (isReal(a)) return fromReal(size);
  const { sine, cosine } = circular(a.im);
  return complex(D.multiply(size, cosine), D.multiply(size, sine));
}

/** Principal branch. */
export function log(a: Complex): Complex {
  if (isZero(a)) notMathematics("logarithm of 0");
  if (isReal(a) && a.re.h > 0) return fromReal(logarithm(a.re));
  return complex(logarithm(modulus(a).re), angle(a.im, a.re));
}

/** Principal branch. A part below 1e-26 of the other is taken for none, as an angle is. */
export function sqrt(a: Complex): Complex {
  const { re, im } = root(a);
  const [across, along] = [Math.abs(re.h), Math.abs(im.h)];
  return complex(across < 1e-26 * along ? D.ZERO : re, along < 1e-26 * across ? D.ZERO : im);
}

/** Principal branch, both parts to their own last digit: sums under the roots are of one sign. */
function root(a: Complex): Complex {
  if (isZero(a)) return ZERO;
  const larger = D.squareRoot(D.scale(D.add(modulus(a).re, D.magnitude(a.re)), 0.5));
  if (isReal(a)) return a.re.h < 0 ? complex(D.ZERO, larger) : fromReal(larger);
  const smaller = D.divide(D.scale(a.im, 0.5), larger);
  if (a.re.h >= 0) return complex(larger, smaller);
  return complex(D.magnitude(smaller), a.im.h < 0 ? D.negative(larger) : larger);
}

export function integerPower(a: Complex, n: number): Complex {
  if (n < 0) return divide(ONE, integerPower(a, -n));
  let [result, square] = [ONE, a];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    if (rest > 1) square = multiply(square, square);
  }
  return result;
}

export const sin = (a: Complex): Complex => {
  if (isReal(a)) return fromReal(circular(a.re).sine);
  const [up, down] = rotations(a);
  return divide(subtract(up, down), scale(I, 2));
};

export const cos = (a: Complex): Complex => {
  if (isReal(a)) return fromReal(circular(a.re).cosine);
  const [up, down] = rotations(a);
  return scale(add(up, down), 0.5);
};

/** e^{ia} and e^{−ia}. */
function rotations(a: Complex): [Complex, Complex] {
  const turned = multiply(I, a);
  return [exp(turned), exp(negative(turned))];
}

export const arctan = (a: Complex): Complex => {
  if (isReal(a)) return fromReal(angle(a.re, D.ONE));
  const turned = multiply(I, a);
  return divide(subtract(log(add(ONE, turned)), log(subtract(ONE, turned))), scale(I, 2));
};

/** Kahan, Branch Cuts for Complex Elementary Functions (1987): every sum is of terms of one sign, so nothing cancels near ±1. */
export const arcsin = (a: Complex): Complex => {
  const [below, above] = [root(subtract(ONE, a)), root(add(ONE, a))];
  const along = D.subtract(D.multiply(below.re, above.re), D.multiply(below.im, above.im));
  const across = D.subtract(D.multiply(below.re, above.im), D.multiply(below.im, above.re));
  return complex(angle(a.re, along), areaSine(across));
};
