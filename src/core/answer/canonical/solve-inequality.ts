/** Inequalities in one variable that are linear in it, or in the absolute value of what is linear in it: `|2x + 1| ≥ 3`. */
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
  const direct = lineOf(e, name, context);
  if (direct !== null) return half(endAt(direct, C.ZERO, context), signOf(direct, sign));
  const { inner, of } = absoluteOf(e, context) ?? {};
  const outer = inner && lineOf(inner, ABSOLUTE, context);
  const line = of && lineOf(of, name, context);
  if (!outer || !line) return null;
  const radius = zeroOf(outer, C.ZERO);
  if (!(radius.re.h > 0)) return null;
  const ends = [endAt(line, radius, context), endAt(line, C.negative(radius), context)];
  const [low, high] = ends.sort((a, b) => a.order - b.order) as [End, End];
  const within = intersection(half(high, "≤"), half(low, "≥"));
  const inside = intersection(half(high, "<"), half(low, ">"));
  switch (signOf(outer, sign)) {
    case "≤":
      return within;
    case "<":
      return inside;
    case ">":
      return complement(within);
    case "≥":
      return complement(inside);
    default:
      return complement(points([low, high]));
  }
}

/** A name for the absolute value in an expression. */
const ABSOLUTE = "absolute value";

/** The line that an expression is in a variable; null where it is none, or not real. */
function lineOf(e: Expression, name: string, context: Context): Line | null {
  const line = linesOf(e, name, context)?.[0];
  return line && C.isReal(line.slope) && C.isReal(line.at0) ? line : null;
}

/** Where the line has a value. */
const zeroOf = ({ at0, slope }: Line, value: C.Complex): C.Complex => C.divide(C.subtract(value, at0), slope);

function endAt(line: Line, value: C.Complex, context: Context): End {
  const at = zeroOf(line, value);
  return { order: at.re.h, key: valuesKey([at], symbol("x"), context), closed: false };
}

/** The sign on the side of the zero where the inequality holds. */
const signOf = ({ slope }: Line, sign: string): string => (slope.re.h > 0 ? sign : turned[sign]!);

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "≤": "≥", "≥": "≤", "≠": "≠" };

function half(end: End, sign: string): RealSet {
  if (sign === "≠") return union(below({ ...end, closed: false }), above({ ...end, closed: false }));
  const side = { ...end, closed: sign === "≤" || sign === "≥" };
  return sign === "<" || sign === "≤" ? below(side) : above(side);
}

/** `e` with a name in place of the one absolute value `|of|`, outside of which no variable stands. */
function absoluteOf(e: Expression, { sampler }: Context): { inner: Expression; of: Expression } | null {
  let of: Expression | null = null;
  let count = 0;
  const replace = (node: Expression): Expression => {
    if (node.op === "call" && node.name === "abs") {
      count++;
      of = node.parts[0]!;
      return symbol(ABSOLUTE);
    }
    if (node.op === "add" || node.op === "multiply") return { ...node, parts: node.parts.map(replace) };
    return node;
  };
  const inner = replace(e);
  let free = count === 1;
  walk(inner, (node) => {
    if (node.op === "symbol" && sampler.name(node.name) !== ABSOLUTE) free = false;
  });
  return free && of !== null ? { inner, of } : null;
}
