/** The sampling programs: prefill makes the cache of the prompts, decode draws one token a row and returns its keys and values. */
import { type Dim, Graph, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { ModelConfig } from "../../../model/config.js";
import {
  type Attend,
  causalAttention,
  decoder,
  embed,
  logits,
  parameterInputs,
  ropeInputs,
} from "../../../model/llama.js";

export const keyName = (layer: number): string => `key:${layer}`;
export const valueName = (layer: number): string => `value:${layer}`;
/** Outputs need names of their own: the row that decode adds to the cache. */
export const newKeyName = (layer: number): string => `new-key:${layer}`;
export const newValueName = (layer: number): string => `new-value:${layer}`;

/** Keys and values [B, Hk, T, hd] of every layer for right-padded prompts [B, T]. */
export function prefillProgram(config: ModelConfig): Graph {
  const g = new Graph("prefill");
  const params = parameterInputs(g, config);
  const x = embed(params, g.input("ids", "int64", ["B", "T"]));
  const positions = g.input("positions", "int64", ["B", "T"]);
  const causal = causalAttention(config, g.input("mask", "float32", ["T", "T"]));
  decoder(config, params, { x, positions, ...ropeInputs(g, config) }, (layer, q, k, v) => {
    g.output(newKeyName(layer), k);
    g.output(newValueName(layer), v);
    return causal(layer, q, k, v);
  });
  return g;
}

/**
 * One token for each of B rows. The cache [B, Hk, C, hd] belongs to the caller and holds the tokens before this one;
 * `bias` [B, 1, 1, C] is 0 where a column is filled and very negative elsewhere. The current token attends to the
 * cache and to itself, so that the cache is read where it lies and never copied.
 */
function cachedAttention(g: Graph, config: ModelConfig): Attend {
  const { heads, kvHeads, headDim } = config;
  const group = heads / kvHeads;
  const bias = g.input("bias", "float32", ["B", 1, 1, "C"]);
  const scale = { transB: true, alpha: 1 / Math.sqrt(headDim) };
  return (layer, q, k, v) => {
    const cache = (name: string) => g.input(name, "float32", ["B", kvHeads, "C", headDim]);
    const keys = cache(keyName(layer));
    const values = cache(valueName(layer));
    g.output(newKeyName(layer), k);
    g.output(newValueName(layer), v);
    const queries = ops.reshape(q, ["B", kvHeads, group, headDim]);
    const past = ops.add(ops.matMul(queries, keys, scale), bias);
    const self = ops.matMul(queries, k, scale);
    const weights = ops.softmax(ops.concat([past, self], -1, "C+1"));
    const [toPast, toSelf] = ops.cutLast(weights, "C");
    const context = ops.add(ops.matMul(toPast, values), ops.mul(toSelf, v));
    return ops.reshape(context, ["B", heads, 1, headDim]);
  };
}

/** Draws the next token [B, 1] of each row and its logprob [B, 1] at temperature 1. */
export function decodeProgram(config: ModelConfig): Graph {
  const g = new Graph("decode");
  const params = parameterInputs(g, config);
  const x = embed(params, g.input("ids", "int64", ["B", 1]));
  const positions = g.input("positions", "int64", ["B", 1]);
  const hidden = decoder(
    config,
    params,
    { x, positions, ...ropeInputs(g, config) },
    cachedAttention(g, config),
  );
  const scores = ops.reshape(logits(config, params, hidden), ["B" as Dim, config.vocabSize]);
  const tempered = ops.mul(scores, g.input("inverseTemperature", "float32", []));
  const drawn = ops.sampleCategorical(tempered, g.input("u", "float32", ["B", 1]));
  const token: Value = ops.where(g.input("greedy", "bool", []), ops.argMax(scores), drawn);
  g.output("token", token);
  g.output("logprob", ops.gatherElements(ops.logSoftmax(scores), token));
  return g;
}
