/**
 * Keys of relations. An equation that says what one name is, is that value: `x = 5` is 5, and `y - 2x = 1` is 2x + 1.
 * Another equation is what vanishes in it, up to a factor; an inequality in one variable is the set of its solutions.
 */
import { add, asExpression, type Expression, negative, type Structure } from "./expression.js";
import {
  type Context,
  expressionKey,
  isConstant,
  sampledValues,
  type Values,
  valuesKey,
} from "./fingerprint.js";
import { hash } from "./hash.js";
import { notMathematics } from "./limits.js";
import * as C from "./math/complex.js";
import { isLength, isName } from "./name-of-value.js";
import type { RealSet } from "./real-set.js";
import { rounded } from "./rounding.js";
import { solveLinear, variablesOf } from "./solve.js";
import { solveInequality } from "./solve-inequality.js";
import { numeric, structureKey } from "./structure-key.js";

type Relation = Structure & { op: "relation" };

export function relationKey(relation: Relation, context: Context): string {
  const { parts, signs } = exact(relation);
  if (parts.length === 1) return structureKey(parts[0]!, context);
  if (signs.every((sign) => sign === "=")) return equationKey(parts, context);
  if (signs.length === 1 && signs[0] === "∈") return structureKey(parts[1]!, context);
  return chainKey(parts, signs, context);
}

/** Without what only approximates: `x = 1/3 ≈ 0.33` is `x = 1/3`, while `x ≈ 11` says what x is. */
function exact({ parts, signs }: Relation): Pick<Relation, "parts" | "signs"> {
  const about = signs.indexOf("≈");
  if (about < 0) return { parts, signs };
  if (about > 0 || !isName(parts[0]!))
    return { parts: parts.slice(0, about + 1), signs: signs.slice(0, about) };
  return { parts: [parts[0]!, parts[1]!], signs: ["="] };
}

function equationKey(parts: readonly Structure[], context: Context): string {
  const [left, right] = [parts[0]!, parts.at(-1)!];
  if (parts.length > 2) return isName(left) ? structureKey(right, context) : statement(parts, context);
  // A power of a name is one for a matrix only: `A^{-1} = …`, and no `x^2 = 4`.
  const named = (isName(left) && (left.op !== "power" || right.op === "matrix")) || isLength(left, right);
  if (isStructured(left) || isStructured(right) || (named && left.op !== "symbol"))
    return named ? structureKey(right, context) : statement(parts, context);
  const [a, b] = [asExpression(left), asExpression(right)];
  return (
    solved(a, b, context) ?? assigned(a, b, context) ?? assigned(b, a, context) ?? zeroKey(a, b, context)
  );
}

const isStructured = (node: Structure) =>
  ["list", "relation", "sets", "ratio", "builder", "matrix"].includes(node.op);

/** An equation that is linear in y, or in its only variable: the solution. */
function solved(a: Expression, b: Expression, context: Context): string | null {
  const names = variablesOf(a, b, context);
  const name = names.has("y") ? "y" : names.size === 1 ? [...names][0]! : null;
  if (name === null) return null;
  // An exact value keeps all its digits.
  if (a.op === "symbol" && isConstant(b)) return expressionKey(b, context);
  const difference = add(a, negative(b));
  const solution = solveLinear(difference, name, context);
  return solution && valuesKey(solution, difference, context);
}

function assigned(name: Expression, value: Expression, context: Context): string | null {
  if (name.op !== "symbol") return null;
  const own = context.sampler.name(name.name);
  return variablesOf(value, value, context).has(own) ? null : expressionKey(value, context);
}

/** Where left − right vanishes: its values, up to a factor. */
function zeroKey(a: Expression, b: Expression, context: Context): string {
  if (isConstant(a) && isConstant(b)) return statement([a, b], context);
  const values = numbers(sampledValues(add(a, negative(b)), context));
  const scale = values.find((value) => value !== null && !C.isZero(value));
  if (!scale) return statement([a, b], context);
  return `equation:${hash(values.map((value) => (value ? rounded(C.divide(value, scale)) : "undefined")).join(" "))}`;
}

function numbers(values: readonly unknown[]): Values {
  return values.some((value) => Array.isArray(value))
    ? notMathematics("an equation of matrices")
    : (values as Values);
}

/** What claims something of known values: its sides, without order. A true claim is compared as it is written. */
function statement(parts: readonly Structure[], context: Context): string {
  const keys = new Set(parts.map((part) => structureKey(part, context)));
  return keys.size === 1 ? notMathematics("an identity") : [...keys].sort().join(" = ");
}

/** The value that a chain of known values comes to, `4 + 5 = 9`, where it is all of an answer and true; else null. */
export function chainValue(node: Structure, context: Context): string | null {
  if (node.op !== "relation" || node.parts.length < 2 || !node.signs.every((sign) => sign === "="))
    return null;
  if (!node.parts.every((part) => !isStructured(part) && isConstant(asExpression(part)))) return null;
  const keys = new Set(node.parts.map((part) => structureKey(part, context)));
  return keys.size === 1 ? [...keys][0]! : null;
}

/** The solutions of an inequality, or a chain of them, in one variable; null where it is another relation. */
export function inequality(relation: Relation, context: Context): RealSet | null {
  const { parts, signs } = exact(relation);
  if (signs.length === 0 || !signs.every((sign) => "<>≤≥≠".includes(sign))) return null;
  if (parts.some((part) => isStructured(part))) return null;
  return solveInequality(parts.map(asExpression), signs, context);
}

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "≤": "≥", "≥": "≤" };

/** Inequalities of several variables: one as the sign of left − right, a chain as its parts from small to large. */
function chainKey(parts: readonly Structure[], signs: readonly string[], context: Context): string {
  const turn = signs.every((sign) => sign === ">" || sign === "≥");
  const [from, by] = turn ? [parts.toReversed(), signs.toReversed().map((s) => turned[s]!)] : [parts, signs];
  if (by.length === 1 && "<≤≠".includes(by[0]!)) {
    const [left, right] = from.map(numeric);
    const values = numbers(sampledValues(add(left!, negative(right!)), context));
    const first = values.find((value) => value !== null && !C.isZero(value));
    if (first) {
      const size = by[0] === "≠" ? first : C.modulus(first);
      const texts = values.map((value) => (value ? rounded(C.divide(value, size)) : "undefined"));
      return `relation${by[0]}:${hash(texts.join(" "))}`;
    }
  }
  return from
    .map((part, i) => structureKey(part, context) + (by[i] === undefined ? "" : ` ${by[i]} `))
    .join("");
}
