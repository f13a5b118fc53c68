/** What an answer gives a value to: `x`, `f(2)`, `|AB|`, `A:B`, `(p, q)`, `\Delta y`, `A^{-1}`, `\cos\theta`, `m\angle ABC`. */
import type { Expression, Structure } from "./expression.js";
import { isConstant } from "./fingerprint.js";

type Relation = Structure & { op: "relation" };

export function isName(node: Structure): boolean {
  if (node.op === "symbol") return true;
  if (node.op === "list" || node.op === "ratio") {
    const items = node.op === "list" ? node.items : node.parts;
    return items.length > 1 && items.every(isName);
  }
  if (node.op === "call")
    return node.name.endsWith("()") || (ofNames.has(node.name) && isProductOfNames(node.parts[0]!));
  if (node.op === "power") return isName(node.base) && node.exponent.op === "number";
  if (node.op !== "multiply") return false;
  const [first, second] = node.parts;
  return (isMark(first) || (isMeasure(first) && isMark(second))) && isProductOfNames(node);
}

/** Of a length or an angle: `\cos\theta = 3/5` says what the cosine is. */
const ofNames = new Set(["abs", "sin", "cos", "tan", "cot", "sec", "csc"]);
const marks = new Set(["d", "Delta", "delta", "partial", "nabla", "angle", "triangle"]);

const isMark = (e: Expression | undefined) => e?.op === "symbol" && marks.has(e.name);
const isMeasure = (e: Expression | undefined) => e?.op === "symbol" && e.name === "m";

const isProductOfNames = (e: Expression) =>
  e.op === "symbol" || (e.op === "multiply" && e.parts.every((part) => part.op === "symbol"));

/** `AB = 5` gives a length, while `xy = 5` and `PV = nT` are equations. */
export const isLength = (left: Structure, right: Structure): boolean =>
  left.op === "multiply" &&
  left.parts.every((part) => part.op === "symbol" && /^[A-Z]$/.test(part.name)) &&
  right.op !== "list" &&
  right.op !== "sets" &&
  right.op !== "ratio" &&
  right.op !== "relation" &&
  right.op !== "builder" &&
  isConstant(right);

/**
 * The values of a list such as `y = 2, x = 1`, whose names follow each other in the alphabet, in their order: (1, 2). Null
 * for other lists: `x = 1, x = 2` and `x_1 = 1, x_2 = 2` are the solutions of one unknown.
 */
export function namedValues(list: Structure & { op: "list" }): readonly Relation[] | null {
  if (list.items.length < 2 || list.joined === "or") return null;
  const named = new Map<string, Relation>();
  for (const item of list.items) {
    if (item.op !== "relation" || item.signs[0] !== "=") return null;
    const [left] = item.parts;
    if (left!.op !== "symbol" || !/^[A-Za-z]$/.test(left!.name)) return null;
    named.set(left!.name.toLowerCase(), item);
  }
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  const codes = sorted.map(([name]) => name.charCodeAt(0));
  const follow = codes.every((code, k) => code === codes[0]! + k);
  return follow && sorted.length === list.items.length ? sorted.map(([, item]) => item) : null;
}
