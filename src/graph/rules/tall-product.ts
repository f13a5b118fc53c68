/** Products over the rows of tall matrices: how gradients of weights come about. */
import type { Dim, Value } from "../graph.js";
import { matMul } from "../ops/matmul.js";
import { reshape, transpose } from "../ops/shape.js";

/** Larger products are not worth transposing. */
const LARGE = 2 ** 20;

/**
 * alpha · aᵀ·b of a [rows, m] and b [rows, n]: [m, n]. ONNX Runtime reads the left side of a product transposed a fifth more slowly than
 * as it lies, so the narrower matrix is transposed first, which is little against the product.
 */
export function tallProduct(a: Value, b: Value, alpha: number): Value {
  const m = a.shape[1] as Dim;
  const n = b.shape[1] as Dim;
  if (typeof m === "number" && typeof n === "number") {
    if (m < n) return untransposed(a, b, alpha);
    if (m * n <= LARGE) return transpose(untransposed(b, a, alpha), [1, 0]);
  }
  return matMul(a, b, { transA: true, alpha });
}

/** The same by a transposition of its own. As a matrix ONNX Runtime would put it back into the product; as a batch of one it does not. */
function untransposed(a: Value, b: Value, alpha: number): Value {
  const [rows, m] = a.shape as [Dim, Dim];
  const product = matMul(reshape(transpose(a, [1, 0]), [1, m, rows]), b, { alpha });
  return reshape(product, [m, b.shape[1] as Dim]);
}
