/** Fused operators of ONNX Runtime that transformers use, with the gradients it does not have. */
import type { Shape, Value } from "../graph.js";
import { withAxis } from "../shape.js";

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
