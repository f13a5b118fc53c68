/** Sums, products and limits over an index. */
import { type Point, scalar } from "./evaluate.js";
import { type Expression, infinite } from "./expression.js";
import { opaque } from "./functions.js";
import * as C from "./math/complex.js";

/** Values of the index at which the body of an infinite sum is sampled: integers of either parity. */
const samples = [2, 5, 9];
/** Sums and products of so many terms are computed. */
const MOST_TERMS = 100;

/**
 * A sum over few integers is computed. Another sum, and a limit, is a fixed combination of samples of its body: linear, so
 * that equal factors may stand inside or outside, and independent of the index's name.
 */
export function overIndex(e: Expression & { op: "bound" }, at: Point): C.Complex {
  const bodyAt = (index: number) => {
    at.work.spend(10);
    const value = C.number(index);
    return scalar(e.body, { ...at, variable: (name) => (name === e.index ? value : at.variable(name)) });
  };
  const [from, to] = [e.from, e.to].map((end) => endOf(end, at)) as [C.Complex, C.Complex];
  const terms = e.name === "lim" ? null : termsBetween(from, to);
  if (terms !== null) {
    const values = terms.map(bodyAt);
    return e.name === "sum" ? values.reduce(C.add, C.ZERO) : values.reduce(C.multiply, C.ONE);
  }
  // The weights below are hashes.
  at.work.spend(100);
  const values = samples.map(bodyAt);
  if (e.name === "prod") return opaque("prod", [from, to, ...values]);
  const weights = samples.map((sample) => opaque(`${e.name} ${sample}`, [from, to]));
  return values.map((value, k) => C.multiply(value, weights[k]!)).reduce(C.add);
}

const FAR = 1e9;

/** A bound; an infinite one as a large number. */
const endOf = (end: Expression, at: Point): C.Complex => {
  const sign = infinite(end);
  return sign === null ? scalar(end, at) : C.number(sign * FAR);
};

function termsBetween(from: C.Complex, to: C.Complex): number[] | null {
  const [low, high] = [from.re.h, to.re.h];
  if (!C.isReal(from) || !C.isReal(to) || !Number.isInteger(low) || !Number.isInteger(high)) return null;
  if (high - low >= MOST_TERMS) return null;
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => low + k);
}
