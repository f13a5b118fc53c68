/** Ordinary least squares of a few columns, by the normal equations. */
import { sum } from "../../numbers.js";

export interface Fit {
  /** One a column. */
  readonly coefficients: readonly number[];
  /** Root of the mean squared residual. */
  readonly error: number;
  /** Share of the variance that is explained; null where the values do not vary. */
  readonly explained: number | null;
}

/** Relative size of a pivot below which the columns are taken for dependent. */
const DEPENDENT = 1e-12;

/** Fits `values` of N points by the columns, each of length N. Null where the points do not determine the coefficients. */
export function leastSquares(columns: readonly (readonly number[])[], values: readonly number[]): Fit | null {
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((v, i) => v * b[i]!));
  const matrix = columns.map((row) => [...columns.map((column) => dot(row, column)), dot(row, values)]);
  const coefficients = solve(matrix);
  if (coefficients === null) return null;
  const residuals = values.map((y, i) => y - sum(coefficients.map((c, k) => c * columns[k]![i]!)));
  const mean = sum(values) / values.length;
  const total = sum(values.map((y) => (y - mean) ** 2));
  const left = sum(residuals.map((r) => r * r));
  return {
    coefficients,
    error: Math.sqrt(left / values.length),
    explained: total === 0 ? null : 1 - left / total,
  };
}

/** Gaussian elimination with row pivots of an augmented matrix; null where it is singular. */
function solve(augmented: number[][]): number[] | null {
  const n = augmented.length;
  const largest = augmented.map((row) => Math.max(...row.slice(0, n).map(Math.abs)));
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++)
      if (Math.abs(augmented[r]![k]!) > Math.abs(augmented[pivot]![k]!)) pivot = r;
    [augmented[k], augmented[pivot]] = [augmented[pivot]!, augmented[k]!];
    [largest[k], largest[pivot]] = [largest[pivot]!, largest[k]!];
    const head = augmented[k]![k]!;
    if (!(Math.abs(head) > DEPENDENT * largest[k]!)) return null;
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = augmented[r]![k]! / head;
      for (let c = k; c <= n; c++) augmented[r]![c]! -= factor * augmented[k]![c]!;
    }
  }
  return augmented.map((row, k) => row[n]! / row[k]!);
}
