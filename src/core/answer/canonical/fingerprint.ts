/** Keys of expressions: exact where the value is rational, else from ten digits of its values at fixed points. */
import { evaluate, type Point, scalar } from "./evaluate.js";
import { type Expression, infinite, walk } from "./expression.js";
import { hash } from "./hash.js";
import { notMathematics, orNull } from "./limits.js";
import * as C from "./math/complex.js";
import * as D from "./math/double-double.js";
import { type Rational, rationalText } from "./math/rational.js";
import { meaningOfDecimal } from "./math/simplest.js";
import { isMatrix, type Value } from "./matrix.js";
import { nearRational } from "./recognise.js";
import { rounded } from "./rounding.js";
import { POINTS, type Sampler } from "./sample.js";

/** Largest denominator that a value is recognised by. */
const MOST = 10n ** 8n;

/** How ± is read, and who reads. */
export interface Context {
  readonly sampler: Sampler;
  readonly sign: 1 | -1;
}

/** Values at the points; null where one is undefined. */
export type Values = readonly (C.Complex | null)[];

export function mentions(
  e: Expression,
  test: (node: { readonly op: string; readonly name?: string }) => boolean,
): boolean {
  let found = false;
  walk(e, (node) => {
    found ||= test(node);
  });
  return found;
}

export const isConstant = (e: Expression): boolean =>
  !mentions(e, ({ op }) => op === "symbol" || op === "bound");

/** The key of one expression, matrices included. */
export function expressionKey(e: Expression, context: Context): string {
  if (e.op === "number") return rationalKey(e.value);
  const end = infinite(e);
  if (end !== null) return end > 0 ? "∞" : "-∞";
  if (e.op === "matrix")
    return matrixKey(e.rows.map((row) => row.map((entry) => expressionKey(entry, context))));
  if (isConstant(e)) return constantKey(constantValue(e, context));
  const values = sampledValues(e, context);
  const first = values.find((value) => value !== null) ?? notMathematics("defined nowhere");
  if (!isMatrix(first)) return valuesKey(values as Values, e, context);
  return matrixKey(
    first.map((row, i) =>
      row.map((_, j) =>
        valuesKey(
          values.map((value) => (value === null ? null : (value as typeof first)[i]![j]!)),
          e,
          context,
        ),
      ),
    ),
  );
}

const matrixKey = (rows: string[][]): string => `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;

/** Decimals are exact, unless they are so long that they are roundings. */
function rationalKey(value: Rational): string {
  const meaning = meaningOfDecimal(value);
  return "exact" in meaning
    ? rationalText(meaning.exact)
    : `≈${rounded(C.fromReal(D.fromRational(meaning.rounded)))}`;
}

/** Without variables: on the real line where it is defined there. */
function constantValue(e: Expression, { sampler, sign }: Context): Value {
  const at = (real: boolean): Point => sampler.point(0, sign, real);
  return orNull(() => evaluate(e, at(!isComplex(e)))) ?? evaluate(e, at(false));
}

const isComplex = (e: Expression) => mentions(e, (node) => node.op === "constant" && node.name === "i");

function constantKey(value: Value): string {
  if (isMatrix(value)) return matrixKey(value.map((row) => row.map(constantKey)));
  const { re, im } = value;
  const [x, y] = [nearRational(re, MOST), nearRational(im, MOST)];
  if (C.isReal(value)) return x === null ? `≈${rounded(value)}` : rationalKey(x);
  if (x === null || y === null) return `≈${rounded(value)}`;
  if (y.n === 0n) return rationalKey(x);
  return `${x.n === 0n ? "" : rationalText(x)}${y.n > 0n && x.n !== 0n ? "+" : ""}${rationalText(y)}i`;
}

/** Values at all points: of real functions on the line, unless the expression has an i or is real nowhere. */
export function sampledValues(
  e: Expression,
  { sampler, sign }: Context,
  values?: ReadonlyMap<string, C.Complex>,
): (Value | null)[] {
  const all = (real: boolean) =>
    Array.from({ length: POINTS }, (_, k) => orNull(() => evaluate(e, sampler.point(k, sign, real, values))));
  const onLine = isComplex(e) ? [] : all(true);
  return onLine.some((value) => value !== null) ? onLine : all(false);
}

/** The key of values: a number's where they are all the same, a variable's where they are its own. */
export function valuesKey(values: Values, e: Expression, { sampler }: Context): string {
  if (values.every((value) => value === null)) notMathematics("defined nowhere");
  const texts = values.map((value) => (value === null ? "undefined" : rounded(value)));
  if (texts.every((text) => text === texts[0])) return constantKey(values[0]!);
  const variable = lone(e, texts, sampler);
  return variable ?? `expression:${hash(texts.join(" "))}`;
}

function lone(e: Expression, texts: readonly string[], sampler: Sampler): string | null {
  const names = new Set<string>();
  walk(e, (node) => {
    if (node.op === "symbol") names.add(sampler.name(node.name));
  });
  for (const name of names)
    if (texts.every((text, k) => text === rounded(sampler.sampled(k, name)))) return name;
  return null;
}

/** A real constant as a number, to put ends of intervals in order; null where it is none. */
export function orderOf(e: Expression, context: Context): number | null {
  const end = infinite(e);
  if (end !== null) return end * Number.POSITIVE_INFINITY;
  if (!isConstant(e)) return null;
  const value = orNull(() => scalar(e, context.sampler.point(0, context.sign, true)));
  return value !== null && C.isReal(value) ? value.re.h : null;
}
