/** The value of an expression at a point. */
import type { Expression } from "./expression.js";
import { apply, raise } from "./functions.js";
import { notMathematics, orNull, WORK } from "./limits.js";
import * as C from "./math/complex.js";
import * as D from "./math/double-double.js";
import {
  determinant,
  isMatrix,
  type Matrix,
  matrixPower,
  matrixProduct,
  matrixSum,
  type Value,
} from "./matrix.js";
import { overIndex } from "./sums.js";

/** What evaluating one answer has cost, over all its points. */
export class Work {
  private left = WORK;

  /** Throws where the answer is too large. */
  spend(amount: number): void {
    this.left -= amount;
    if (this.left < 0) notMathematics("too much work");
  }
}

/** A point, and how an expression is read there. */
export interface Point {
  variable(name: string): C.Complex;
  /** Of ± and ∓: the upper sign is 1 or −1. */
  readonly sign: 1 | -1;
  /** Roots and logarithms of negative numbers are undefined, and odd roots real. */
  readonly real: boolean;
  readonly work: Work;
}

/** Throws `NotMathematics` where the value is undefined. */
export function evaluate(e: Expression, at: Point): Value {
  at.work.spend(1);
  switch (e.op) {
    case "number":
      return C.fromReal(D.fromRational(e.value));
    case "symbol":
      return at.variable(e.name);
    case "constant":
      return constants[e.name] ?? notMathematics("infinity in an expression");
    case "add":
      return e.parts.map((part) => evaluate(part, at)).reduce(sum);
    case "multiply":
      return e.parts.map((part) => evaluate(part, at)).reduce(product);
    case "power":
      return powerOf(e.base, e.exponent, at);
    case "either": {
      const value = evaluate(e.part, at);
      return at.sign === e.upper ? value : product(C.number(-1), value);
    }
    case "matrix":
      return e.rows.map((row) => row.map((entry) => scalar(entry, at)));
    case "bound":
      return overIndex(e, at);
    case "call": {
      at.work.spend(20);
      if (e.name === "abs") return absolute(e.parts[0]!, at);
      if (e.name === "det") return determinantOf(evaluate(e.parts[0]!, at));
      return apply(
        e.name,
        e.parts.map((part) => scalar(part, at)),
        at.real,
      );
    }
  }
}

/** The size of what is no real number is one: `|\sqrt{x}|` is defined for negative x. */
function absolute(e: Expression, at: Point): C.Complex {
  const onLine = at.real ? orNull(() => scalar(e, at)) : null;
  return C.modulus(onLine ?? scalar(e, { ...at, real: false }));
}

export function scalar(e: Expression, at: Point): C.Complex {
  const value = evaluate(e, at);
  return isMatrix(value) ? notMathematics("a matrix where a number stands") : value;
}

const constants: Readonly<Record<string, C.Complex | undefined>> = {
  pi: C.fromReal(D.PI),
  e: C.fromReal(D.E),
  i: C.I,
};

function sum(a: Value, b: Value): Value {
  if (isMatrix(a) && isMatrix(b)) return matrixSum(a, b);
  return isMatrix(a) || isMatrix(b) ? notMathematics("a number plus a matrix") : C.add(a, b);
}

function product(a: Value, b: Value): Value {
  if (isMatrix(a)) return isMatrix(b) ? matrixProduct(a, b) : scaled(a, b);
  return isMatrix(b) ? scaled(b, a) : C.multiply(a, b);
}

const scaled = (a: Matrix, by: C.Complex): Matrix =>
  a.map((row) => row.map((entry) => C.multiply(entry, by)));

const determinantOf = (value: Value): C.Complex => (isMatrix(value) ? determinant(value) : C.modulus(value));

function powerOf(base: Expression, exponent: Expression, at: Point): Value {
  at.work.spend(10);
  if (base.op === "constant" && base.name === "e") return C.exp(scalar(exponent, at));
  const value = evaluate(base, at);
  if (isMatrix(value)) return matrixPower(value, exponent);
  if (exponent.op === "number") return raise(value, exponent.value, at.real);
  return raise(value, scalar(exponent, at), at.real);
}
