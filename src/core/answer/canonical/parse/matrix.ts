/** Matrices, vectors and determinants in environments. */
import { asExpression, call, type Expression } from "../expression.js";
import { notMathematics } from "../limits.js";
import type { Cursor } from "./cursor.js";
import { parseSum } from "./expression.js";

const environments: ReadonlySet<string> = new Set(
  "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array".split(" "),
);

export function parseMatrix(cursor: Cursor, environment: string): Expression {
  if (!environments.has(environment)) notMathematics(`the environment ${environment}`);
  const rows: Expression[][] = [[]];
  const end = `end ${environment}`;
  while (!cursor.isCommand(end)) {
    rows.at(-1)!.push(asExpression(cursor.inside(() => parseSum(cursor))));
    if (cursor.takes("\\\\")) {
      if (!cursor.isCommand(end)) rows.push([]);
    } else if (!cursor.isCommand(end)) cursor.expect("&");
  }
  cursor.next();
  const width = rows[0]!.length;
  if (width === 0 || rows.some((row) => row.length !== width)) notMathematics("a matrix with ragged rows");
  const matrix: Expression = { op: "matrix", rows };
  return environment === "vmatrix" ? call("det", matrix) : matrix;
}
