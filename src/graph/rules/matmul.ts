/** Gradients of matrix products. */
import type { Dim, Value } from "../graph.js";
import { matMul } from "../ops/matmul.js";
import { reshape } from "../ops/shape.js";
import { productDim } from "../shape.js";
import { type GradientRules, input, outputGrad } from "./gradient-rule.js";
import { tallProduct } from "./tall-product.js";
import { unbroadcast } from "./unbroadcast.js";

/** Gradient of op(w) for a matrix w that every batch shares: one product over all rows instead of a batch of them. */
function sharedMatrixGrad(x: Value, grad: Value, transB: boolean, alpha: number): Value {
  const rows = productDim(x.shape.slice(0, -1));
  const flatX = reshape(x, [rows, x.shape.at(-1) as Dim]);
  const flatGrad = reshape(grad, [rows, grad.shape.at(-1) as Dim]);
  return transB ? tallProduct(flatGrad, flatX, alpha) : tallProduct(flatX, flatGrad, alpha);
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
  const shared = b.shape.length === 2 && !transA;
  const db = shared
    ? sharedMatrixGrad(a, grad, transB, alpha)
    : transB
      ? matMul(grad, a, { transA: true, transB: transA, alpha })
      : matMul(a, grad, { transA: !transA, alpha });
  return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
};

export const matMulRules: GradientRules = { MatMul: rule, FusedMatMul: rule };
