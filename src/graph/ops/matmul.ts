/** Matrix products, with either side transposed for free and batch dimensions broadcast. */
import { type GradientRules, input, outputGrad } from "../gradient-rule.js";
import type { Dim, Value } from "../graph.js";
import { broadcast, productDim } from "../shape.js";
import { unbroadcast } from "./reduce.js";
import { reshape } from "./shape.js";

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

/** Gradient of op(w) for a matrix w that every batch shares: one product over all rows instead of a batch of them. */
function sharedMatrixGrad(x: Value, grad: Value, transB: boolean, alpha: number): Value {
  const rows = productDim(x.shape.slice(0, -1));
  const flatX = reshape(x, [rows, x.shape.at(-1) as Dim]);
  const flatGrad = reshape(grad, [rows, grad.shape.at(-1) as Dim]);
  return transB
    ? matMul(flatGrad, flatX, { transA: true, alpha })
    : matMul(flatX, flatGrad, { transA: true, alpha });
}

const rule: GradientRules[string] = (node, grads) => {
  const a = input(node, 0);
  const b = input(node, 1);
  const grad = outputGrad(grads);
  const transA = node.attributes.transA === 1;
  const transB = node.attributes.transB === 1;
  const scale = node.attributes.alpha;
  const alpha = typeof scale === "object" && "float" in scale ? scale.float : 1;
  // y = A·B: dA = dy·Bᵀ, dB = Aᵀ·dy; with a transposed operand the gradient is transposed with it.
  const da = transA
    ? matMul(b, grad, { transA: transB, transB: true, alpha })
    : matMul(grad, b, { transB: !transB, alpha });
  const shared = b.shape.length === 2 && a.shape.length > 2 && !transA;
  const db = shared
    ? sharedMatrixGrad(a, grad, transB, alpha)
    : transB
      ? matMul(grad, a, { transA: true, transB: transA, alpha })
      : matMul(a, grad, { transA: !transA, alpha });
  return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
};

export const matMulRules: GradientRules = { MatMul: rule, FusedMatMul: rule };
