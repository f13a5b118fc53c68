/** The sampling programs: prefill makes the cache of the prompts, decode draws one token a row and adds it to the cache. */
import { Graph, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { ModelConfig } from "../../../model/config.js";
import { type Attend, causalAttention, decoder, embed, logits, ropeInputs } from "../../../model/decoder.js";
import { type ModelShape, modelInputs } from "./model-inputs.js";

export const keyName = (layer: number): string => `key:${layer}`;
export const valueName = (layer: number): string => `value:${layer}`;
/** Outputs need names of their own; decode's may be given the memory of the inputs. */
export const newKeyName = (layer: number): string => `new-key:${layer}`;
export const newValueName = (layer: number): string => `new-value:${layer}`;

/** What one tensor of the cache is called as an input of decode, and what is new of it as an output of either program. */
export type CacheNames = Readonly<Record<"cache" | "fresh", string>>;

/** Of keys and values in turn, layer by layer. */
export const cacheNames = (layers: number): CacheNames[] =>
  Array.from({ length: layers }, (_, layer) => [
    { cache: keyName(layer), fresh: newKeyName(layer) },
    { cache: valueName(layer), fresh: newValueName(layer) },
  ]).flat();

/** Width in which a head is cached: zeros at its end change no score and no context. */
export const cachedWidth = ({ headDim }: ModelConfig): number =>
  Math.ceil(headDim / ops.CACHED_WIDTH) * ops.CACHED_WIDTH;

/** Keys and values [B, Hk, T, hd] of every layer, hd the cached width, for right-padded prompts [B, T]. */
export function prefillProgram(shape: ModelShape): Graph {
  const { config } = shape;
  const g = new Graph("prefill");
  const { params, projectIn } = modelInputs(g, shape);
  const x = embed(params, g.input("ids", "int64", ["B", "T"]));
  const positions = g.input("positions", "int64", ["B", "T"]);
  const causal = causalAttention(config, g.input("mask", "float32", ["T", "T"]));
  const attend: Attend = (layer, q, k, v) => {
    g.output(newKeyName(layer), ops.padLast(k, cachedWidth(config)));
    g.output(newValueName(layer), ops.padLast(v, cachedWidth(config)));
    return causal(layer, q, k, v);
  };
  decoder(config, params, { x, positions, ...ropeInputs(g, config) }, attend, projectIn);
  return g;
}

/** How a cache is laid: with a row's tokens at the end, what lies before them masked, or from the beginning. */
export type CacheLayout = "masked" | "from-start";

/** One token for each of B rows; the cache [B, Hk, C, hd] belongs to the caller, who has it updated where it lies. */
function attendToCache(g: Graph, config: ModelConfig, layout: CacheLayout): Attend {
  const { heads, kvHeads, headDim } = config;
  const width = cachedWidth(config);
  const shared = {
    bias: layout === "masked" ? g.input("bias", "float32", ["B", 1, 1, "C"]) : null,
    past: g.input("past", "int32", ["B"]),
    total: g.input("total", "int32", []),
    heads,
    kvHeads,
    scale: 1 / Math.sqrt(headDim),
  };
  const padded = (x: Value, count: number) =>
    width === headDim
      ? x
      : ops.reshape(ops.padLast(ops.reshape(x, ["B", 1, count, headDim]), width), ["B", 1, count * width]);
  return (layer, q, k, v) => {
    const cache = (name: string) => g.input(name, "float32", ["B", kvHeads, "C", width]);
    const [context, keys, values] = ops.cachedAttention(
      padded(q, heads),
      padded(k, kvHeads),
      padded(v, kvHeads),
      {
        ...shared,
        keys: cache(keyName(layer)),
        values: cache(valueName(layer)),
      },
    );
    g.output(newKeyName(layer), keys);
    g.output(newValueName(layer), values);
    if (width === headDim) return context;
    const cut = ops.takeFirst(ops.reshape(context, ["B", 1, heads, width]), headDim);
    return ops.reshape(cut, ["B", 1, heads * headDim]);
  };
}

/** Draws the next token [B, 1] of each row and its logprob [B, 1] at temperature 1. */
export function decodeProgram(shape: ModelShape, layout: CacheLayout = "masked"): Graph {
  const { config } = shape;
  const g = new Graph("decode");
  const { params, projectIn } = modelInputs(g, shape);
  const x = embed(params, g.input("ids", "int64", ["B", 1]));
  const positions = g.input("positions", "int64", ["B", 1]);
  const inputs = { x, positions, ...ropeInputs(g, config) };
  const hidden = decoder(config, params, inputs, attendToCache(g, config, layout), projectIn);
  const scores = ops.reshape(logits(config, params, hidden), ["B", config.vocabSize]);
  const tempered = ops.mul(scores, g.input("inverseTemperature", "float32", []));
  const drawn = ops.sampleCategorical(tempered, g.input("u", "float32", ["B", 1]));
  const token: Value = ops.where(g.input("greedy", "bool", []), ops.argMax(scores), drawn);
  g.output("token", token);
  g.output("logprob", ops.gatherElements(ops.logSoftmax(scores), token));
  return g;
}
