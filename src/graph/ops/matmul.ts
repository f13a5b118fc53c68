/** Matrix products, with either side transposed for free and batch dimensions broadcast. */
import type { Dim, Value } from "../graph.js";
import { broadcast } from "../shape.js";

export interface MatMulOptions {
  /** Use the transpose of the last two axes of `a`. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Scales the product. */
  readonly alpha?: number;
}

/** alpha · op(a) · op(b) for a [..., M, K], b [..., K, N] after transposition: [..., M, N]. */
export function matMul(
  a: Value,
  b: Value,
  { transA = false, transB = false, alpha = 1 }: MatMulOptions = {},
): Value {
  const [m, k] = lastTwo(a, transA);
  const [k2, n] = lastTwo(b, transB);
  if (k !== k2)
    throw new Error(`matMul of [${a.shape}]${transA ? "ᵀ" : ""} and [${b.shape}]${transB ? "ᵀ" : ""}`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const plain = !transA && !transB && alpha === 1;
  const [y] = a.graph.add({
    op: plain ? "MatMul" : "FusedMatMul",
    domain: plain ? "" : "com.microsoft",
    inputs: [a, b],
    outputs: [{ dtype: a.dtype, shape: [...batch, m, n] }],
    attributes: plain ? {} : { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } },
  });
  return y as Value;
}

function lastTwo(x: Value, transposed: boolean): [Dim, Dim] {
  const rows = x.shape.at(-2) as Dim;
  const columns = x.shape.at(-1) as Dim;
  return transposed ? [columns, rows] : [rows, columns];
}

/** x [..., in] times the transpose of a weight [out, in], the layout of checkpoints: [..., out]. */
export function linear(x: Value, weight: Value): Value {
  return matMul(x, weight, { transB: true });
}
