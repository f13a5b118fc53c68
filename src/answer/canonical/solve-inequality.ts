/** Inequalities in one variable that are linear in it, or in its absolute value. */
import { add, type Expression, negative, symbol, walk } from "./expression.js";
import { type Context, isConstant, valuesKey } from "./fingerprint.js";
import * as C from "./math/complex.js";
import { above, below, complement, type End, intersection, points, type RealSet, union } from "./real-set.js";
import { type Line, linesOf, variablesOf } from "./solve.js";

/** The solutions of a chain `parts[0] signs[0] parts[1] …`; null where it is of another kind. */
export function solveInequality(
  parts: readonly Expression[],
  signs: readonly string[],
  context: Context,
): RealSet | null {
  const names = variablesOf(add(...parts), add(...parts), context);
  if (names.size !== 1) return null;
  const [name] = names;
  let result: RealSet | null = null;
  for (let i = 0; i < signs.length; i++) {
    const [left, right] = [parts[i]!, parts[i + 1]!];
    if (isConstant(left) && isConstant(right)) return null;
    const solution = solveOne(add(left, negative(right)), signs[i]!, name!, context);
    if (solution === null) return null;
    result = result === null ? solution : intersection(result, solution);
  }
  return result;
}

/** Where `e` has the sign. */
function solveOne(e: Expression, sign: string, name: string, context: Context): RealSet | null {
  const direct = zero(linesOf(e, name, context), sign, context);
  if (direct !== null) return half(direct.end, direct.sign);
  const inner = absoluteOf(e, context);
  if (inner === null) return null;
  const { end, sign: turned } = zero(linesOf(inner, "absolute value", context), sign, context) ?? {};
  if (end === undefined || turned === undefined || !(end.order > 0)) return null;
  const opposite: End = {
    ...end,
    order: -end.order,
    key: end.key.startsWith("-") ? end.key.slice(1) : negated(end.key),
  };
  const within = intersection(half(end, "≤"), half(opposite, "≥"));
  if (turned === "≤") return within;
  const inside = intersection(half(end, "<"), half(opposite, ">"));
  if (turned === "<") return inside;
  return turned === "≠" ? complement(points([end, opposite])) : complement(turned === ">" ? within : inside);
}

const negated = (key: string) => (key.startsWith("≈") ? `≈-${key.slice(1)}` : `-${key}`);

/** The zero of a line, and the sign on the side of it where the inequality holds. */
function zero(
  lines: (Line | null)[] | null,
  sign: string,
  context: Context,
): { end: End; sign: string } | null {
  const line = lines?.[0];
  if (!line || !C.isReal(line.slope) || !C.isReal(line.at0)) return null;
  const value = C.divide(C.negative(line.at0), line.slope);
  const key = valuesKey([value], symbol("x"), context);
  return { end: { order: value.re.h, key, closed: false }, sign: line.slope.re.h > 0 ? sign : turned[sign]! };
}

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "≤": "≥", "≥": "≤", "≠": "≠" };

function half(end: End, sign: string): RealSet {
  if (sign === "≠") return union(below({ ...end, closed: false }), above({ ...end, closed: false }));
  const side = { ...end, closed: sign === "≤" || sign === "≥" };
  return sign === "<" || sign === "≤" ? below(side) : above(side);
}

/** `e` with a name in place of `|x|`, where x stands nowhere else. */
function absoluteOf(e: Expression, { sampler }: Context): Expression | null {
  const replace = (node: Expression): Expression => {
    if (node.op === "call" && node.name === "abs" && node.parts[0]!.op === "symbol")
      return symbol("absolute value");
    if (node.op === "add" || node.op === "multiply" || node.op === "call")
      return { ...node, parts: node.parts.map(replace) };
    return node;
  };
  const inner = replace(e);
  let free = true;
  walk(inner, (node) => {
    if (node.op === "symbol" && sampler.name(node.name) !== "absolute value") free = false;
  });
  return free ? inner : null;
}
