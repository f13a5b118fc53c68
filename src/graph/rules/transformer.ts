/** Gradients of the fused transformer operators, which ONNX Runtime does not have. */
import type { Value } from "../graph.js";
import { mul, neg, sub } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape } from "../ops/shape.js";
import { rotaryEmbedding } from "../ops/transformer.js";
import { productDim } from "../shape.js";
import { type GradientRules, input, outputGrad } from "./gradient-rule.js";

export const transformerRules: GradientRules = {
  // With r = 1/rms and q = dy ⊙ x: dx = r·(dy·scale − x·c) where c = r²·(q·scale)/D, and dscale = Σ r·q over the rows. The two
  // sums are products of q with a vector, which cost less than reductions.
  SimplifiedLayerNormalization: (node, grads) => {
    const x = input(node, 0);
    const scale = input(node, 1);
    const dy = outputGrad(grads);
    const r = node.outputs[1] as Value;
    const width = x.shape.at(-1) as number;
    const rows = productDim(x.shape.slice(0, -1));
    const q = mul(dy, x);
    const along = matMul(q, reshape(scale, [width, 1]), { alpha: 1 / width });
    const c = mul(mul(r, r), along);
    const dx = mul(r, sub(mul(dy, scale), mul(x, c)));
    const dscale = matMul(reshape(r, [rows, 1]), reshape(q, [rows, width]), { transA: true });
    return [dx, reshape(dscale, [width])];
  },

  // A rotation: its transpose turns back.
  RotaryEmbedding: (node, grads) => {
    const [, positions, cos, sin] = node.inputs as Value[];
    const dx = rotaryEmbedding(outputGrad(grads), positions as Value, cos as Value, neg(sin as Value));
    return [dx, null, null, null];
  },
};
