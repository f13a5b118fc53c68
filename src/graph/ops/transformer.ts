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
 * x [B, H, T, hd] or [B, T, H·hd]; positions int64 [B, T]; cos and sin [P, hd/2].
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
  /** [B, Hk, C, hd]; column `past` of a row is taken by the token that is added; outputs of the same shape may be given the same memory. */
  readonly keys: Value;
  readonly values: Value;
  /** float32 [B, 1, 1, C], added to the scores: very negative where there is no token; null where all columns before this one have one. */
  readonly bias: Value | null;
  /** int32 [B]: the columns before this token. */
  readonly past: Value;
  /** int32 []: one more than the most of these. */
  readonly total: Value;
  readonly heads: number;
  readonly kvHeads: number;
  /** Factor of the scores. */
  readonly scale: number;
}

/** Heads are cached in a width that is a multiple of this: ONNX Runtime's operator asks for it. */
export const CACHED_WIDTH = 8;

/**
 * Attention of one new token a row to itself and to the columns before it. The width hd is a multiple of `CACHED_WIDTH`. q [B, 1, H·hd],
 * k and v [B, 1, Hk·hd] give the context [B, 1, H·hd] and the caches with the token added.
 */
export function cachedAttention(
  q: Value,
  k: Value,
  v: Value,
  { keys, values, bias, past, total, heads, kvHeads, scale }: CachedAttention,
): readonly [Value, Value, Value] {
  const [context, newKeys, newValues] = q.graph.add({
    op: "GroupQueryAttention",
    domain: "com.microsoft",
    // Rotary tables and positions are left out: queries and keys come rotated.
    inputs: [q, k, v, keys, values, past, total, null, null, null, bias],
    outputs: [q, keys, values],
    attributes: { num_heads: heads, kv_num_heads: kvHeads, scale: { float: scale } },
  });
  return [context as Value, newKeys as Value, newValues as Value];
}
