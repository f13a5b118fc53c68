/** What is read from an answer: expressions with exact constants folded, and the structures made of them. */
import { FACTORIAL, FRACTION_BITS, notMathematics } from "./limits.js";
import * as Q from "./math/rational.js";
import { meaningOfDecimal } from "./math/simplest.js";

export type Expression =
  | { readonly op: "number"; readonly value: Q.Rational }
  | { readonly op: "symbol"; readonly name: string }
  | { readonly op: "constant"; readonly name: "pi" | "e" | "i" | "infinity" }
  | { readonly op: "add" | "multiply"; readonly parts: readonly Expression[] }
  | { readonly op: "power"; readonly base: Expression; readonly exponent: Expression }
  /** A function that is known, or of which only its name is. */
  | { readonly op: "call"; readonly name: string; readonly parts: readonly Expression[] }
  /** ± (upper) or ∓. */
  | { readonly op: "either"; readonly upper: 1 | -1; readonly part: Expression }
  | { readonly op: "matrix"; readonly rows: readonly (readonly Expression[])[] }
  /** ∑, ∏, ∫ and lim over an index. */
  | {
      readonly op: "bound";
      readonly name: string;
      readonly index: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly body: Expression;
    };

/** An expression, or what is made of several. */
export type Structure =
  | Expression
  /** Brackets of any kind: a tuple, an interval, a set `{…}`; bare where nothing encloses it. */
  | {
      readonly op: "list";
      readonly open: string;
      readonly close: string;
      readonly items: readonly Structure[];
      readonly joined: "," | "and" | "or";
    }
  | { readonly op: "relation"; readonly parts: readonly Structure[]; readonly signs: readonly string[] }
  | { readonly op: "sets"; readonly sign: "∪" | "∩" | "∖"; readonly parts: readonly Structure[] }
  | { readonly op: "ratio"; readonly parts: readonly Structure[] }
  | { readonly op: "builder"; readonly condition: Structure };

const structures: ReadonlySet<string> = new Set(["list", "relation", "sets", "ratio", "builder"]);

/** Throws where a structure stands where an expression must: `2(1, 2)`. */
export function asExpression(node: Structure): Expression {
  return structures.has(node.op) ? notMathematics(`a ${node.op} among expressions`) : (node as Expression);
}

export const ratio = (value: Q.Rational): Expression => ({ op: "number", value });
export const integer = (value: number | bigint): Expression => ratio(Q.rational(BigInt(value)));
export const symbol = (name: string): Expression => ({ op: "symbol", name });
export const constant = (name: "pi" | "e" | "i" | "infinity"): Expression => ({ op: "constant", name });
export const isNumber = (e: Structure, value: number): boolean =>
  e.op === "number" && e.value.d === 1n && e.value.n === BigInt(value);

/** A decimal literal. Throws where it is too long to be exact. */
export function decimal(whole: string, fraction: string, exponent: number): Expression {
  const value = Q.fromDecimal(whole, fraction, exponent) ?? notMathematics("a number of many digits");
  const meaning = meaningOfDecimal(value);
  return ratio("exact" in meaning ? meaning.exact : meaning.rounded);
}

/** In one pass over the parts, since a long sum is folded once for each of them. */
function fold(
  op: "add" | "multiply",
  parts: readonly Expression[],
  combine: (a: Q.Rational, b: Q.Rational) => Q.Rational | null,
): Expression {
  const rest: Expression[] = [];
  let known: Q.Rational | undefined;
  const take = (part: Expression): void => {
    const sum = part.op !== "number" ? null : known === undefined ? part.value : combine(known, part.value);
    if (sum === null) rest.push(part);
    else known = sum;
  };
  for (const part of parts) {
    if (part.op === op) for (let i = 0; i < part.parts.length; i++) take(part.parts[i]!);
    else take(part);
  }
  if (known === undefined) return rest.length === 1 ? rest[0]! : { op, parts: rest };
  return rest.length === 0 ? ratio(known) : { op, parts: [ratio(known), ...rest] };
}

export const add = (...parts: readonly Expression[]): Expression => fold("add", parts, Q.add);
export const multiply = (...parts: readonly Expression[]): Expression => fold("multiply", parts, Q.multiply);

export function negative(a: Expression): Expression {
  return a.op === "number" ? ratio(Q.negative(a.value)) : multiply(integer(-1), a);
}

export function power(base: Expression, exponent: Expression): Expression {
  if (base.op === "number" && exponent.op === "number") {
    const value = Q.power(base.value, exponent.value);
    if (value !== null) return ratio(value);
  }
  return isNumber(exponent, 1) ? base : { op: "power", base, exponent };
}

export function divide(a: Expression, b: Expression): Expression {
  if (isNumber(b, 0)) notMathematics("division by zero");
  return multiply(a, power(b, integer(-1)));
}

export const call = (name: string, ...parts: readonly Expression[]): Expression =>
  foldCall(name, parts) ?? { op: "call", name, parts };

/** Functions of small integers that are exact. */
function foldCall(name: string, parts: readonly Expression[]): Expression | null {
  if (!parts.every((part) => part.op === "number")) return null;
  const values = parts.map((part) => part.value);
  const [a, b] = values;
  if (name === "abs") return ratio(a!.n < 0n ? Q.negative(a!) : a!);
  if (name === "floor" || name === "ceil") {
    const down = (x: Q.Rational) => (x.n - (((x.n % x.d) + x.d) % x.d)) / x.d;
    return integer(name === "floor" ? down(a!) : -down(Q.negative(a!)));
  }
  if (name === "max" || name === "min")
    return ratio(values.reduce((x, y) => (x.n * y.d < y.n * x.d === (name === "max") ? y : x)));
  if ((name === "gcd" || name === "lcm") && values.every((v) => v.d === 1n)) return commonOf(name, values);
  if (!values.every((v) => v.d === 1n && v.n >= 0n && v.n <= BigInt(FACTORIAL))) return null;
  if (name === "factorial") return integer(product(1n, a!.n));
  if (name === "binomial" && b !== undefined && b.n <= a!.n)
    return integer(product(a!.n - b.n + 1n, a!.n) / product(1n, b.n));
  return null;
}

function commonOf(name: "gcd" | "lcm", values: readonly Q.Rational[]): Expression | null {
  let result = Q.absolute(values[0]!.n);
  for (const { n } of values.slice(1)) {
    const divisor = Q.greatestCommonDivisor(result, n);
    if (name === "gcd") result = divisor;
    else if (divisor !== 0n) result = (result / divisor) * Q.absolute(n);
    if (Q.bits(result) > FRACTION_BITS) return null;
  }
  return integer(result);
}

function product(from: bigint, to: bigint): bigint {
  let value = 1n;
  for (let k = from; k <= to; k++) value *= k;
  return value;
}

/** ∞ and −∞ are no numbers, and no part of one. */
export function infinite(e: Expression): 1 | -1 | null {
  if (e.op === "constant" && e.name === "infinity") return 1;
  if (e.op !== "multiply" || e.parts.length !== 2) return null;
  const [sign, rest] = e.parts;
  return sign?.op === "number" && sign.value.n === -1n && rest && infinite(rest) === 1 ? -1 : null;
}

/** Calls `visit` for every expression in a structure. */
export function walk(node: Structure, visit: (node: Structure) => void): void {
  visit(node);
  if ("parts" in node) for (const part of node.parts) walk(part, visit);
  else if (node.op === "power") {
    walk(node.base, visit);
    walk(node.exponent, visit);
  } else if (node.op === "either") walk(node.part, visit);
  else if (node.op === "matrix") for (const entry of node.rows.flat()) walk(entry, visit);
  else if (node.op === "list") for (const item of node.items) walk(item, visit);
  else if (node.op === "builder") walk(node.condition, visit);
  else if (node.op === "bound") for (const part of [node.from, node.to, node.body]) walk(part, visit);
}
