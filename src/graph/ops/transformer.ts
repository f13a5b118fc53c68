/** Fused operators of ONNX Runtime that transformers use, with the gradients it does not have. */
import { type GradientRules, input, outputGrad } from "../gradient-rule.js";
import type { Shape, Value } from "../graph.js";
import { withAxis } from "../shape.js";
import { mul, neg, sub } from "./elementwise.js";
import { reduceMean, reduceSum } from "./reduce.js";

/** x / sqrt(mean(x²) + ε) · scale over the last axis (Zhang & Sennrich 2019). */
export function rmsNorm(x: Value, scale: Value, epsilon: number): Value {
  const kept: Shape = withAxis(x.shape, x.shape.length - 1, 1);
  const [y] = x.graph.add({
    op: "SimplifiedLayerNormalization",
    inputs: [x, scale],
    outputs: [x, { dtype: "float32", shape: kept }],
    attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
  });
  return y as Value;
}

/**
 * Rotary position embedding (Su et al. 2021) in the half-split layout of Llama.
 * x [B, H, T, hd]; positions int64 [B, T]; cos and sin [P, hd/2].
 */
export function rotaryEmbedding(x: Value, positions: Value, cos: Value, sin: Value): Value {
  const [y] = x.graph.add({
    op: "RotaryEmbedding",
    domain: "com.microsoft",
    inputs: [x, positions, cos, sin],
    outputs: [x],
    attributes: { interleaved: 0 },
  });
  return y as Value;
}

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
