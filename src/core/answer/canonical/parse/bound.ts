/** `\sum_{n=0}^{N}`, `\prod`, and `\lim_{x \to 0}`: what stands over an index. */
import { asExpression, type Expression, integer } from "../expression.js";
import { notMathematics } from "../limits.js";
import type { Cursor } from "./cursor.js";
import { parseExponent, parseProduct, parseSum } from "./expression.js";

export function parseBound(cursor: Cursor, name: string): Expression {
  cursor.expect("_");
  cursor.expect("{");
  const index = cursor.next();
  if (index.type !== "letter") notMathematics("an index that is no letter");
  const isLimit = name === "lim";
  const arrow = cursor.next();
  if (isLimit ? !/^(to|rightarrow|longrightarrow)$/.test(arrow.text) : arrow.text !== "=")
    notMathematics("bounds of an index");
  const from = asExpression(cursor.inside(() => parseSum(cursor)));
  cursor.expect("}");
  if (!isLimit) cursor.expect("^");
  const to = isLimit ? integer(0) : parseExponent(cursor);
  const body = asExpression(cursor.deeper(() => parseProduct(cursor)));
  return { op: "bound", name, index: index.text, from, to, body };
}
