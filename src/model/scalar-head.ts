/**
 * A scalar head: one number for a sequence, w·h of its last token's hidden state after the final norm, without a bias. The files are those
 * of transformers' `…ForSequenceClassification` with one label, and such a model is what people call a reward model.
 */
import { hashString, Random } from "../random.js";
import { type ModelConfig, parseModelConfig } from "./config.js";
import { CLASSIFIER } from "./head.js";
import { parameterCount, parameterSpecs, SCORE } from "./parameters.js";

/** The classes' names begin as these do, by `model_type`. */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  llama: "Llama",
  mistral: "Mistral",
  qwen2: "Qwen2",
  qwen3: "Qwen3",
  gemma: "Gemma",
};

/** The configuration of a reward model with the body of a language model. */
export function withScalarHead({ source, eosTokens }: ModelConfig): ModelConfig {
  const { num_labels: _, ...kept } = source;
  const json = {
    ...kept,
    architectures: [`${CLASS_NAMES[String(source.model_type)]}${CLASSIFIER}`],
    id2label: { 0: "SCORE" },
    label2id: { SCORE: 0 },
  };
  return { ...parseModelConfig(json), eosTokens };
}

/** Deviation of a new head's weights: transformers' default. */
const DEVIATION = 0.02;

/**
 * The weights of a language model's body under a new head: float32 [parameterCount] of the scalar configuration. The vocabulary's head is
 * left out.
 */
export function scalarWeights(
  language: ModelConfig,
  weights: Float32Array,
  scalar: ModelConfig,
  seed: number,
): Float32Array {
  const out = new Float32Array(parameterCount(scalar));
  const from = new Map(parameterSpecs(language).map((spec) => [spec.name, spec]));
  for (const { name, offset, size } of parameterSpecs(scalar)) {
    const known = from.get(name);
    if (known) out.set(weights.subarray(known.offset, known.offset + size), offset);
    else if (name === SCORE) {
      const random = new Random(seed, hashString(SCORE));
      for (let i = offset; i < offset + size; i++) out[i] = DEVIATION * random.normal();
    }
  }
  return out;
}
