/** The parameters of a model: names and shapes of the checkpoint, laid out in one contiguous array. */
import { Random } from "../random.js";
import type { ModelConfig } from "./config.js";

export interface ParameterSpec {
  /** Name in the checkpoint. */
  readonly name: string;
  readonly shape: readonly number[];
  /** First element in the contiguous array. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Names of one decoder layer's parameters, in storage order. q, k, v, their biases, and gate, up are neighbours, so that
 * a program may use them as one matrix.
 */
const LAYER = {
  inputNorm: "input_layernorm.weight",
  query: "self_attn.q_proj.weight",
  key: "self_attn.k_proj.weight",
  value: "self_attn.v_proj.weight",
  queryBias: "self_attn.q_proj.bias",
  keyBias: "self_attn.k_proj.bias",
  valueBias: "self_attn.v_proj.bias",
  queryNorm: "self_attn.q_norm.weight",
  keyNorm: "self_attn.k_norm.weight",
  output: "self_attn.o_proj.weight",
  outputBias: "self_attn.o_proj.bias",
  postNorm: "post_attention_layernorm.weight",
  gate: "mlp.gate_proj.weight",
  up: "mlp.up_proj.weight",
  gateBias: "mlp.gate_proj.bias",
  upBias: "mlp.up_proj.bias",
  down: "mlp.down_proj.weight",
  downBias: "mlp.down_proj.bias",
} as const;

export type LayerPart = keyof typeof LAYER;
/** The parts of a layer that are matrices. */
export const projections = ["query", "key", "value", "output", "gate", "up", "down"] as const;
export type Projection = (typeof projections)[number];
export const EMBEDDING = "model.embed_tokens.weight";
export const FINAL_NORM = "model.norm.weight";
export const HEAD = "lm_head.weight";
/** The weights [1, D] of a scalar head. */
export const SCORE = "score.weight";

export const layerParameter = (layer: number, part: LayerPart): string =>
  `model.layers.${layer}.${LAYER[part]}`;

/** The name of a projection's module, such as `q_proj`. */
export const moduleOf = (part: Projection): string => layerParameter(0, part).split(".").at(-2) as string;

/** Whether the architecture gives this projection a bias. */
export function hasBias(c: ModelConfig, part: Projection): boolean {
  if (part === "query" || part === "key" || part === "value") return c.qkvBias;
  return part === "output" ? c.outputBias : c.mlpBias;
}

/** Shapes of one layer's parameters; null for those that the architecture lacks. Matrices are [out, in]. */
function layerShapes(c: ModelConfig): Record<LayerPart, readonly number[] | null> {
  const q = c.heads * c.headDim;
  const kv = c.kvHeads * c.headDim;
  return {
    inputNorm: [c.hiddenSize],
    query: [q, c.hiddenSize],
    key: [kv, c.hiddenSize],
    value: [kv, c.hiddenSize],
    queryBias: c.qkvBias ? [q] : null,
    keyBias: c.qkvBias ? [kv] : null,
    valueBias: c.qkvBias ? [kv] : null,
    queryNorm: c.qkNorm ? [c.headDim] : null,
    keyNorm: c.qkNorm ? [c.headDim] : null,
    output: [c.hiddenSize, q],
    outputBias: c.outputBias ? [c.hiddenSize] : null,
    postNorm: [c.hiddenSize],
    gate: [c.feedForward, c.hiddenSize],
    up: [c.feedForward, c.hiddenSize],
    gateBias: c.mlpBias ? [c.feedForward] : null,
    upBias: c.mlpBias ? [c.feedForward] : null,
    down: [c.hiddenSize, c.feedForward],
    downBias: c.mlpBias ? [c.hiddenSize] : null,
  };
}

/** Every parameter of a model in storage order. */
export function parameterSpecs(c: ModelConfig): ParameterSpec[] {
  const shapes = layerShapes(c);
  const named: [string, readonly number[]][] = [[EMBEDDING, [c.vocabSize, c.hiddenSize]]];
  for (let layer = 0; layer < c.layers; layer++) {
    for (const part of Object.keys(LAYER) as LayerPart[]) {
      const shape = shapes[part];
      if (shape) named.push([layerParameter(layer, part), shape]);
    }
  }
  named.push([FINAL_NORM, [c.hiddenSize]]);
  if (c.head === "scalar") named.push([SCORE, [1, c.hiddenSize]]);
  else if (!c.tiedHead) named.push([HEAD, [c.vocabSize, c.hiddenSize]]);
  return layOut(named);
}

/** Places tensors one after another in one array. */
export function layOut(named: readonly (readonly [string, readonly number[]])[]): ParameterSpec[] {
  let offset = 0;
  return named.map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const spec = { name, shape, offset, size };
    offset += size;
    return spec;
  });
}

export const parameterCount = (c: ModelConfig): number =>
  parameterSpecs(c).reduce((total, spec) => total + spec.size, 0);

/**
 * Random weights, float32 [parameterCount]: normal with deviation 0.02 as Hugging Face initialises, the projections
 * back into the residual stream scaled by 1/√(2·layers) (GPT-2, Radford et al. 2019); norms multiply by 1, biases are 0.
 */
export function initialWeights(c: ModelConfig, seed: number): Float32Array {
  const weights = new Float32Array(parameterCount(c));
  parameterSpecs(c).forEach((spec, index) => {
    const view = weights.subarray(spec.offset, spec.offset + spec.size);
    if (spec.shape.length === 1) {
      view.fill(spec.name.endsWith(".bias") ? 0 : 1 - c.normOffset);
      return;
    }
    const residual = spec.name.endsWith(LAYER.output) || spec.name.endsWith(LAYER.down);
    const deviation = residual ? 0.02 / Math.sqrt(2 * c.layers) : 0.02;
    const random = new Random(seed, index);
    for (let i = 0; i < view.length; i++) view[i] = deviation * random.normal();
  });
  return weights;
}
