/**
 * One layer of a decoder as a graph: a pre-norm block of rotary grouped-query attention and a gated feed-forward
 * (Touvron et al. 2023). How keys and values are attended to, and how a projection is computed, is left to the caller:
 * the first is all that training, prefill and decoding differ in, the second is where adapters come in.
 */
import type { Dim, Value } from "../graph/graph.js";
import * as ops from "../graph/ops/index.js";
import type { ModelConfig } from "./config.js";
import { hasBias, type LayerPart, type Projection } from "./parameters.js";

/** A layer's weights by what they are for. */
export type LayerWeights = (part: LayerPart) => Value;

/** A projection of a layer: x [N, in] to [N, out]. */
export type Project = (part: Projection, x: Value) => Value;

/**
 * Rotated queries [B, H, T, hd], keys and values [B, Hk, T, hd] to the context [B, H, T, hd]; of one token a row, [B, 1, H·hd] and
 * [B, 1, Hk·hd] to [B, 1, H·hd].
 */
export type LayerAttend = (q: Value, k: Value, v: Value) => Value;

export interface LayerInputs {
  /** The residual stream [N, D], rows in (batch, time) order; [B, 1, D] of one token a row. */
  readonly x: Value;
  /** int64 [B, T]. */
  readonly positions: Value;
  /** [P, hd/2]. */
  readonly cos: Value;
  readonly sin: Value;
}

/** The projections as the checkpoint has them: x·Wᵀ, and the bias where there is one. */
export function plainProjection(config: ModelConfig, weights: LayerWeights): Project {
  return (part, x) => {
    const y = ops.linear(x, weights(part));
    return hasBias(config, part) ? ops.add(y, weights(`${part}Bias`)) : y;
  };
}

/** The RMS norm of an architecture, which may store w of (1 + w). */
export function norm(config: ModelConfig, x: Value, weight: Value): Value {
  const scale = config.normOffset === 0 ? weight : ops.add(weight, x.graph.float(config.normOffset));
  return ops.rmsNorm(x, scale, config.normEpsilon);
}

/** The residual stream after the layer. */
export function decoderLayer(
  config: ModelConfig,
  weights: LayerWeights,
  { x, positions, cos, sin }: LayerInputs,
  attend: LayerAttend,
  project: Project = plainProjection(config, weights),
): Value {
  const time = positions.shape[1] as Dim;
  const { headDim } = config;
  // One token a row needs no transposition between (time, head) and (head, time).
  const single = time === 1;
  const apart = (y: Value, heads: number): Value => ops.reshape(y, ["B", time, heads, headDim]);
  const toHeads = (y: Value, heads: number): Value =>
    single ? y : ops.transpose(apart(y, heads), [0, 2, 1, 3]);
  const fromHeads = (y: Value): Value =>
    single ? y : ops.reshape(ops.transpose(y, [0, 2, 1, 3]), ["N", config.heads * headDim]);

  const rotate = (y: Value) => ops.rotaryEmbedding(y, positions, cos, sin);
  const normed = (y: Value, part: LayerPart, heads: number) => {
    if (!config.qkNorm) return y;
    const rows = single ? apart(y, heads) : y;
    return ops.reshape(norm(config, rows, weights(part)), y.shape);
  };
  const activation = { silu: ops.silu, "gelu-tanh": ops.geluTanh }[config.activation];

  const h = norm(config, x, weights("inputNorm"));
  const q = rotate(normed(toHeads(project("query", h), config.heads), "queryNorm", config.heads));
  const k = rotate(normed(toHeads(project("key", h), config.kvHeads), "keyNorm", config.kvHeads));
  const v = toHeads(project("value", h), config.kvHeads);
  const attended = ops.add(x, project("output", fromHeads(attend(q, k, v))));

  const m = norm(config, attended, weights("postNorm"));
  const gated = ops.mul(activation(project("gate", m)), project("up", m));
  return ops.add(attended, project("down", gated));
}
