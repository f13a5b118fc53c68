/**
 * A Llama-style decoder (Touvron et al. 2023) as a graph: pre-norm blocks of rotary grouped-query attention and
 * SwiGLU. How keys and values are attended to is left to the caller, which is all that training, prefill and
 * decoding differ in.
 */
import type { Dim, Graph, Value } from "../graph/graph.js";
import * as ops from "../graph/ops/index.js";
import type { ModelConfig } from "./config.js";
import { EMBEDDING, FINAL_NORM, HEAD, type LayerPart, layerParameter, parameterSpecs } from "./parameters.js";

export type ParameterValues = ReadonlyMap<string, Value>;

/** Declares parameters as graph inputs of their checkpoint names. */
export function parameterInputs(
  g: Graph,
  config: ModelConfig,
  except: readonly string[] = [],
): ParameterValues {
  const specs = parameterSpecs(config).filter(({ name }) => !except.includes(name));
  return new Map(specs.map(({ name, shape }) => [name, g.input(name, "float32", shape)]));
}

/** Rotated queries [B, H, T, hd], keys and values [B, Hk, T, hd] of a layer to the context [B, H, T, hd]. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

export interface DecoderInputs {
  /** Token embeddings [B, T, D]. */
  readonly x: Value;
  /** int64 [B, T]. */
  readonly positions: Value;
  /** [P, hd/2]. */
  readonly cos: Value;
  readonly sin: Value;
}

/** Declares the rotary tables as graph inputs. */
export function ropeInputs(g: Graph, config: ModelConfig): { cos: Value; sin: Value } {
  const shape = ["P", config.headDim / 2];
  return { cos: g.input("cos", "float32", shape), sin: g.input("sin", "float32", shape) };
}

/** Hidden states after the final norm: [N, D], rows in (batch, time) order. */
export function decoder(
  config: ModelConfig,
  params: ParameterValues,
  inputs: DecoderInputs,
  attend: Attend,
): Value {
  const { positions, cos, sin } = inputs;
  const time = inputs.x.shape[1] as Dim;
  const weight = (name: string) => params.get(name) as Value;
  // One token a row needs no transposition between (time, head) and (head, time).
  const single = time === 1;

  const toHeads = (x: Value, heads: number): Value =>
    single
      ? ops.reshape(x, ["B", heads, 1, config.headDim])
      : ops.transpose(ops.reshape(x, ["B", time, heads, config.headDim]), [0, 2, 1, 3]);
  const fromHeads = (x: Value): Value =>
    ops.reshape(single ? x : ops.transpose(x, [0, 2, 1, 3]), ["N", config.heads * config.headDim]);

  let x = ops.reshape(inputs.x, ["N", config.hiddenSize]);
  for (let layer = 0; layer < config.layers; layer++) {
    const part = (name: LayerPart) => weight(layerParameter(layer, name));

    const h = ops.rmsNorm(x, part("inputNorm"), config.normEpsilon);
    const q = ops.rotaryEmbedding(toHeads(ops.linear(h, part("query")), config.heads), positions, cos, sin);
    const k = ops.rotaryEmbedding(toHeads(ops.linear(h, part("key")), config.kvHeads), positions, cos, sin);
    const v = toHeads(ops.linear(h, part("value")), config.kvHeads);
    x = ops.add(x, ops.linear(fromHeads(attend(layer, q, k, v)), part("output")));

    const m = ops.rmsNorm(x, part("postNorm"), config.normEpsilon);
    const gated = ops.mul(ops.silu(ops.linear(m, part("gate"))), ops.linear(m, part("up")));
    x = ops.add(x, ops.linear(gated, part("down")));
  }
  return ops.rmsNorm(x, weight(FINAL_NORM), config.normEpsilon);
}

/** Token embeddings [B, T, D] of int64 ids [B, T]. */
export function embed(params: ParameterValues, ids: Value): Value {
  return ops.gatherRows(params.get(EMBEDDING) as Value, ids);
}

/** Logits [rows, V] of hidden states [rows, D]. */
export function logits(config: ModelConfig, params: ParameterValues, hidden: Value): Value {
  return ops.linear(hidden, params.get(config.tiedHead ? EMBEDDING : HEAD) as Value);
}

/** Causal attention within a block of T tokens: `mask` [T, T] is 0 where attended and very negative elsewhere. */
export function causalAttention(config: ModelConfig, mask: Value): Attend {
  const { heads, kvHeads, headDim } = config;
  const group = heads / kvHeads;
  return (_layer, q, k, v) => {
    const time = q.shape[2] as Dim;
    const grouped = group > 1;
    const queries = grouped ? ops.reshape(q, ["B", kvHeads, group, time, headDim]) : q;
    const share = (x: Value) => (grouped ? ops.reshape(x, ["B", kvHeads, 1, time, headDim]) : x);
    const scores = ops.matMul(queries, share(k), { transB: true, alpha: 1 / Math.sqrt(headDim) });
    const context = ops.matMul(ops.softmax(ops.add(scores, mask)), share(v));
    return ops.reshape(context, ["B", heads, time, headDim]);
  };
}
