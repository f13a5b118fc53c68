/** A decoder as a graph: embeddings in, its layers, hidden states and logits out. */
import type { Dim, Graph, Value } from "../graph/graph.js";
import * as ops from "../graph/ops/index.js";
import type { ModelConfig } from "./config.js";
import { decoderLayer, type LayerWeights, norm, type Project, plainProjection } from "./layer.js";
import { EMBEDDING, FINAL_NORM, HEAD, layerParameter, parameterSpecs, SCORE } from "./parameters.js";

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

/** `LayerAttend` of the layer of this number. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

/** The projections of the layer of this number. */
export type ProjectIn = (layer: number, weights: LayerWeights) => Project;

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

/** Hidden states after the final norm: [N, D], rows in (batch, time) order; [B, 1, D] of one token a row. */
export function decoder(
  config: ModelConfig,
  params: ParameterValues,
  inputs: DecoderInputs,
  attend: Attend,
  projectIn: ProjectIn = (_layer, weights) => plainProjection(config, weights),
): Value {
  let x = residualStream(config, inputs.x);
  for (let layer = 0; layer < config.layers; layer++) {
    const weights: LayerWeights = (part) => params.get(layerParameter(layer, part)) as Value;
    const attendHere = (q: Value, k: Value, v: Value) => attend(layer, q, k, v);
    x = decoderLayer(config, weights, { ...inputs, x }, attendHere, projectIn(layer, weights));
  }
  return finalNorm(config, params, x);
}

/** Token embeddings [B, T, D] of int64 ids [B, T]. */
export function embed(params: ParameterValues, ids: Value): Value {
  return ops.gatherRows(params.get(EMBEDDING) as Value, ids);
}

/** What the first layer reads, [N, D], of token embeddings [B, T, D]; of one token a row, as they are. */
function residualStream(config: ModelConfig, embeddings: Value): Value {
  const x = embeddings.shape[1] === 1 ? embeddings : ops.reshape(embeddings, ["N", config.hiddenSize]);
  return config.embeddingScale === 1 ? x : ops.mul(x, x.graph.float(config.embeddingScale));
}

/** The hidden states [N, D] that logits are made of. */
export function finalNorm(config: ModelConfig, params: ParameterValues, x: Value): Value {
  return norm(config, x, params.get(FINAL_NORM) as Value);
}

/** Logits [rows, V] of hidden states [rows, D]. */
export function logits(config: ModelConfig, params: ParameterValues, hidden: Value): Value {
  return ops.linear(hidden, params.get(config.tiedHead ? EMBEDDING : HEAD) as Value);
}

/** Scores [rows] of hidden states [rows, D], by a scalar head: w·h. */
export function scalarScores(params: ParameterValues, hidden: Value): Value {
  return ops.reshape(ops.linear(hidden, params.get(SCORE) as Value), [hidden.shape[0] as Dim]);
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
