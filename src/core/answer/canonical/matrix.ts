/** Small matrices of complex numbers. */
import type { Expression } from "./expression.js";
import { notMathematics } from "./limits.js";
import * as C from "./math/complex.js";

export type Matrix = readonly (readonly C.Complex[])[];
export type Value = C.Complex | Matrix;

/** Rows of the largest matrix that is multiplied or inverted. */
const LARGEST = 8;

export const isMatrix = (value: Value): value is Matrix => Array.isArray(value);

export function matrixSum(a: Matrix, b: Matrix): Matrix {
  if (a.length !== b.length || a[0]!.length !== b[0]!.length) notMathematics("matrices of different shapes");
  return a.map((row, i) => row.map((entry, j) => C.add(entry, b[i]![j]!)));
}

export function matrixProduct(a: Matrix, b: Matrix): Matrix {
  if (a[0]!.length !== b.length || Math.max(a.length, b.length, b[0]!.length) > LARGEST)
    notMathematics("a product of these matrices");
  return a.map((row) =>
    b[0]!.map((_, j) => row.reduce((total, entry, k) => C.add(total, C.multiply(entry, b[k]![j]!)), C.ZERO)),
  );
}

export function determinant(a: Matrix): C.Complex {
  if (a.length !== a[0]!.length || a.length > LARGEST) notMathematics("no square matrix");
  return eliminate(a.map((row) => [...row])).determinant;
}

/** Powers that are small integers. */
export function matrixPower(a: Matrix, exponent: Expression): Matrix {
  const n = exponent.op === "number" && exponent.value.d === 1n ? Number(exponent.value.n) : Number.NaN;
  if (a.length !== a[0]!.length || !(Math.abs(n) <= 10) || a.length > LARGEST)
    notMathematics("a power of a matrix");
  const base = n < 0 ? inverse(a) : a;
  let result = identity(a.length);
  for (let k = 0; k < Math.abs(n); k++) result = matrixProduct(result, base);
  return result;
}

const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? C.ONE : C.ZERO)));

function inverse(a: Matrix): Matrix {
  const unit = identity(a.length);
  const { rows, determinant: value } = eliminate(a.map((row, i) => [...row, ...unit[i]!]));
  return C.isZero(value) ? notMathematics("a singular matrix") : rows.map((row) => row.slice(a.length));
}

/** Gauss and Jordan: the left square becomes the identity. */
function eliminate(rows: C.Complex[][]): { rows: C.Complex[][]; determinant: C.Complex } {
  let value = C.ONE;
  for (let k = 0; k < rows.length; k++) {
    const size = (i: number) => C.modulus(rows[i]![k]!).re.h;
    let best = k;
    for (let i = k + 1; i < rows.length; i++) if (size(i) > size(best)) best = i;
    const pivot = rows[best]![k]!;
    if (C.isZero(pivot)) return { rows, determinant: C.ZERO };
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    value = C.multiply(value, best === k ? pivot : C.negative(pivot));
    rows[k] = rows[k]!.map((entry) => C.divide(entry, pivot));
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i]![k]!;
      if (i === k || C.isZero(factor)) continue;
      rows[i] = rows[i]!.map((entry, j) => C.subtract(entry, C.multiply(factor, rows[k]![j]!)));
    }
  }
  return { rows, determinant: value };
}
