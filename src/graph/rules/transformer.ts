/** Gradients of the fused transformer operators, which ONNX Runtime does not have. */
import type { Value } from "../graph.js";
import { mul, neg, sub } from "../ops/elementwise.js";
import { reduceMean, reduceSum } from "../ops/reduce.js";
import { rotaryEmbedding } from "../ops/transformer.js";
import { type GradientRules, input, outputGrad } from "./gradient-rule.js";

export const transformerRules: GradientRules = {
  // With r = 1/rms, n = x·r and g = dy·scale: dx = r·(g − n·mean(g·n)), dscale = Σ dy·n.
  SimplifiedLayerNormalization: (node, grads) => {
    const x = input(node, 0);
    const scale = input(node, 1);
    const dy = outputGrad(grads);
    const r = node.outputs[1] as Value;
    const n = mul(x, r);
    const g = mul(dy, scale);
    const dx = mul(r, sub(g, mul(n, reduceMean(mul(g, n), [-1], true))));
    const rows = x.shape.slice(0, -1).map((_, axis) => axis);
    return [dx, reduceSum(mul(dy, n), rows)];
  },

  // A rotation: its transpose turns back.
  RotaryEmbedding: (node, grads) => {
    const [, positions, cos, sin] = node.inputs as Value[];
    const dx = rotaryEmbedding(outputGrad(grads), positions as Value, cos as Value, neg(sin as Value));
    return [dx, null, null, null];
  },
};
