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

export interface CachedAttention {
  /** [B, Hk, C, hd], with room for the token that is added; outputs of the same shape may be given the same memory. */
  readonly keys: Value;
  readonly values: Value;
  /** int32 [B]: tokens in the cache of each row, before this one. */
  readonly lengths: Value;
  /** int32 []: tokens of the longest row, this one included. */
  readonly longest: Value;
  readonly heads: number;
  readonly kvHeads: number;
  /** Factor of the scores. */
  readonly scale: number;
}

/** Heads are cached in a width that is a multiple of this: ONNX Runtime's operator asks for it. */
export const CACHED_WIDTH = 8;

/**
 * Attention of one new token a row to itself and to the tokens before it, of which each row has as many as it has: no padding is
 * computed. The width hd is a multiple of `CACHED_WIDTH`. q [B, 1, H·hd], k and v [B, 1, Hk·hd] give the context [B, 1, H·hd] and the caches with the token added.
 */
export function cachedAttention(
  q: Value,
  k: Value,
  v: Value,
  { keys, values, lengths, longest, heads, kvHeads, scale }: CachedAttention,
): readonly [Value, Value, Value] {
  const [context, newKeys, newValues] = q.graph.add({
    op: "GroupQueryAttention",
    domain: "com.microsoft",
    inputs: [q, k, v, keys, values, lengths, longest],
    outputs: [q, keys, values],
    attributes: { num_heads: heads, kv_num_heads: kvHeads, scale: { float: scale } },
  });
  return [context as Value, newKeys as Value, newValues as Value];
}
