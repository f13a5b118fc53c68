/** The parameters of a model: names and shapes of the checkpoint, laid out in one contiguous array. */
import { SelftrainError } from "../errors.js";
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

/** Names of one decoder layer's parameters, in storage order. q, k, v and gate, up are neighbours, so that a program may use them as one matrix. */
const LAYER = {
  inputNorm: "input_layernorm.weight",
  query: "self_attn.q_proj.weight",
  key: "self_attn.k_proj.weight",
  value: "self_attn.v_proj.weight",
  output: "self_attn.o_proj.weight",
  postNorm: "post_attention_layernorm.weight",
  gate: "mlp.gate_proj.weight",
  up: "mlp.up_proj.weight",
  down: "mlp.down_proj.weight",
} as const;

export type LayerPart = keyof typeof LAYER;
export const EMBEDDING = "model.embed_tokens.weight";
export const FINAL_NORM = "model.norm.weight";
export const HEAD = "lm_head.weight";

export const layerParameter = (layer: number, part: LayerPart): string =>
  `model.layers.${layer}.${LAYER[part]}`;

/** Every parameter of a model in storage order. Matrices are [out, in]. */
export function parameterSpecs(c: ModelConfig): ParameterSpec[] {
  const q = c.heads * c.headDim;
  const kv = c.kvHeads * c.headDim;
  const shapes: Record<LayerPart, number[]> = {
    inputNorm: [c.hiddenSize],
    query: [q, c.hiddenSize],
    key: [kv, c.hiddenSize],
    value: [kv, c.hiddenSize],
    output: [c.hiddenSize, q],
    postNorm: [c.hiddenSize],
    gate: [c.feedForward, c.hiddenSize],
    up: [c.feedForward, c.hiddenSize],
    down: [c.hiddenSize, c.feedForward],
  };
  const named: [string, number[]][] = [[EMBEDDING, [c.vocabSize, c.hiddenSize]]];
  for (let layer = 0; layer < c.layers; layer++) {
    for (const part of Object.keys(LAYER) as LayerPart[])
      named.push([layerParameter(layer, part), shapes[part]]);
  }
  named.push([FINAL_NORM, [c.hiddenSize]]);
  if (!c.tiedHead) named.push([HEAD, [c.vocabSize, c.hiddenSize]]);

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
 * back into the residual stream scaled by 1/√(2·layers) (GPT-2, Radford et al. 2019), norms 1.
 */
export function initialWeights(c: ModelConfig, seed: number): Float32Array {
  const specs = parameterSpecs(c);
  const weights = new Float32Array(parameterCount(c));
  specs.forEach((spec, index) => {
    const view = weights.subarray(spec.offset, spec.offset + spec.size);
    if (spec.shape.length === 1) {
      view.fill(1);
      return;
    }
    const residual = spec.name.endsWith(LAYER.output) || spec.name.endsWith(LAYER.down);
    const deviation = residual ? 0.02 / Math.sqrt(2 * c.layers) : 0.02;
    const random = new Random(seed, index);
    for (let i = 0; i < view.length; i++) view[i] = deviation * random.normal();
  });
  return weights;
}

/** Copies checkpoint tensors into the contiguous layout. Errors: `weights-missing`, `weights-shape`, `weights-not-finite`. */
export function gatherWeights(
  c: ModelConfig,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  where: string,
): Float32Array {
  const weights = new Float32Array(parameterCount(c));
  for (const spec of parameterSpecs(c)) {
    const tensor = tensors.get(spec.name);
    const remedy = "use the model.safetensors that belongs to this config.json";
    if (!tensor) {
      throw new SelftrainError({
        code: "weights-missing",
        message: `the checkpoint lacks tensor ${spec.name}`,
        expected: `shape [${spec.shape}]`,
        where,
        remedy,
      });
    }
    if (tensor.shape.join() !== spec.shape.join()) {
      throw new SelftrainError({
        code: "weights-shape",
        message: `tensor ${spec.name} has another shape than config.json says`,
        found: `[${tensor.shape}]`,
        expected: `[${spec.shape}]`,
        where,
        remedy,
      });
    }
    const bad = tensor.data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      throw new SelftrainError({
        code: "weights-not-finite",
        message: `tensor ${spec.name} holds ${tensor.data[bad]} at element ${bad}`,
        where,
        remedy: "the checkpoint is damaged or its training diverged: use an earlier one",
      });
    }
    weights.set(tensor.data, spec.offset);
  }
  return weights;
}
