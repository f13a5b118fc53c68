/** Powers and named functions of numbers. */
import { hash } from "./hash.js";
import { notMathematics } from "./limits.js";
import * as C from "./math/complex.js";
import * as D from "./math/double-double.js";
import { gamma } from "./math/elementary.js";
import type { Rational } from "./math/rational.js";
import { nearRational } from "./recognise.js";
import { rounded } from "./rounding.js";

/** Largest integer exponent that is multiplied out. */
const MOST_FACTORS = 100_000n;

/** base^exponent. On the real line, odd roots of negative numbers are real and even ones undefined. */
export function raise(base: C.Complex, exponent: Rational | C.Complex, real: boolean): C.Complex {
  if ("re" in exponent) {
    const simple = C.isReal(exponent) ? nearRational(exponent.re, 64n) : null;
    return simple === null ? generalPower(base, exponent, real) : raise(base, simple, real);
  }
  const { n, d } = exponent;
  if (d === 1n && n < MOST_FACTORS && n > -MOST_FACTORS) return C.integerPower(base, Number(n));
  if (C.isZero(base)) return n > 0n ? C.ZERO : notMathematics("0 to a negative power");
  if (C.isReal(base) && base.re.h < 0 && real) {
    if (d % 2n === 0n) notMathematics("an even root of a negative number");
    const size = raise(C.negative(base), exponent, real);
    return n % 2n === 0n ? size : C.negative(size);
  }
  if (d === 2n && n < MOST_FACTORS && n > -MOST_FACTORS) return C.integerPower(C.sqrt(base), Number(n));
  return generalPower(base, C.fromReal(D.fromRational(exponent)), real);
}

function generalPower(base: C.Complex, exponent: C.Complex, real: boolean): C.Complex {
  if (C.isZero(base)) return exponent.re.h > 0 ? C.ZERO : notMathematics("0 to a power");
  return C.exp(C.multiply(exponent, logarithm(base, real)));
}

function logarithm(a: C.Complex, real: boolean): C.Complex {
  if (real && C.isReal(a) && a.re.h < 0) notMathematics("a logarithm of a negative number");
  return C.log(a);
}

type One = (a: C.Complex, real: boolean) => C.Complex;

const reciprocal =
  (f: One): One =>
  (a, real) =>
    C.divide(C.ONE, f(a, real));
const ofReciprocal =
  (f: One): One =>
  (a, real) =>
    f(C.divide(C.ONE, a), real);

const sin: One = (a) => C.sin(a);
const cos: One = (a) => C.cos(a);
const tan: One = (a) => C.divide(C.sin(a), C.cos(a));
const sinh: One = (a) => C.scale(C.subtract(C.exp(a), C.exp(C.negative(a))), 0.5);
const cosh: One = (a) => C.scale(C.add(C.exp(a), C.exp(C.negative(a))), 0.5);
const tanh: One = (a, real) => C.divide(sinh(a, real), cosh(a, real));
const halfPi = C.fromReal(D.scale(D.PI, 0.5));

const arcsin: One = (a, real) => {
  if (real && C.isReal(a) && Math.abs(a.re.h) > 1) notMathematics("arcsine of a large number");
  return C.arcsin(a);
};
const arccos: One = (a, real) => C.subtract(halfPi, arcsin(a, real));
const arsinh: One = (a) => C.log(C.add(a, C.sqrt(C.add(C.multiply(a, a), C.ONE))));
const arcosh: One = (a, real) => {
  if (real && C.isReal(a) && a.re.h < 1) notMathematics("arcosh of a small number");
  return C.log(C.add(a, C.sqrt(C.subtract(C.multiply(a, a), C.ONE))));
};
const artanh: One = (a, real) =>
  C.scale(logarithm(C.divide(C.add(C.ONE, a), C.subtract(C.ONE, a)), real), 0.5);

const known: ReadonlyMap<string, One> = new Map<string, One>([
  ["sin", sin],
  ["cos", cos],
  ["tan", tan],
  ["cot", reciprocal(tan)],
  ["sec", reciprocal(cos)],
  ["csc", reciprocal(sin)],
  ["sinh", sinh],
  ["cosh", cosh],
  ["tanh", tanh],
  ["coth", reciprocal(tanh)],
  ["sech", reciprocal(cosh)],
  ["csch", reciprocal(sinh)],
  ["arcsin", arcsin],
  ["arccos", arccos],
  ["arctan", (a) => C.arctan(a)],
  ["arccot", (a) => C.subtract(halfPi, C.arctan(a))],
  ["arcsec", ofReciprocal(arccos)],
  ["arccsc", ofReciprocal(arcsin)],
  ["arsinh", arsinh],
  ["arcosh", arcosh],
  ["artanh", artanh],
  ["ln", logarithm],
  ["exp", (a) => C.exp(a)],
  ["abs", (a) => C.modulus(a)],
  ["sgn", (a) => (C.isReal(a) ? C.number(Math.sign(a.re.h)) : C.divide(a, C.modulus(a)))],
  ["Re", (a) => C.fromReal(a.re)],
  ["Im", (a) => C.fromReal(a.im)],
  ["arg", (a) => C.fromReal(C.log(a).im)],
  ["floor", (a) => floor(a)],
  ["ceil", (a) => C.negative(floor(C.negative(a)))],
  ["factorial", (a) => factorial(a)],
]);

/** A named function. One that is not known is opaque: equal arguments give equal values, and nothing else is assumed. */
export function apply(name: string, parts: readonly C.Complex[], real: boolean): C.Complex {
  const [a, b] = parts;
  const one = known.get(name);
  if (one !== undefined && parts.length === 1) return one(a!, real);
  if ((name === "max" || name === "min") && parts.every(C.isReal))
    return parts.reduce((x, y) => (x.re.h < y.re.h === (name === "max") ? y : x));
  if (name === "binomial")
    return C.divide(factorial(a!), C.multiply(factorial(b!), factorial(C.subtract(a!, b!))));
  if (name === "mod") return C.subtract(a!, C.multiply(b!, floor(C.divide(a!, b!))));
  return opaque(name, parts);
}

function floor(a: C.Complex): C.Complex {
  if (!C.isReal(a) || Math.abs(a.re.h) > 1e15) return opaque("floor", [a]);
  const nearest = Math.round(a.re.h);
  const off = D.subtract(a.re, D.real(nearest)).h;
  return C.number(off < -1e-20 ? nearest - 1 : nearest);
}

function factorial(a: C.Complex): C.Complex {
  const next = C.add(a, C.ONE);
  if (!C.isReal(next)) return opaque("factorial", [a]);
  if (next.re.h <= 0 && Number.isInteger(next.re.h)) notMathematics("a factorial of a negative integer");
  return C.fromReal(gamma(next.re));
}

/** A number that depends on the name and on the arguments as they are rounded, and looks random. */
export function opaque(name: string, parts: readonly C.Complex[]): C.Complex {
  const seed = hash(`${name}(${parts.map(rounded).join(",")})`);
  return C.number(0.3 + 1.7 * (Number.parseInt(seed.slice(0, 12), 16) / 2 ** 48));
}
