/** A decoder-only model as a Hugging Face `config.json` describes it. */
import { z } from "zod";
import {
  type Activation,
  activationOf,
  architecture,
  supportedArchitectures,
  type Traits,
  traitsOf,
} from "./architectures.js";
import { invalidConfig, quantised, unsupported } from "./config-errors.js";
import { type HfConfig, hfConfigSchema } from "./config-schema.js";
import { type Head, headOf } from "./head.js";
import { type Rope, ropeOf } from "./rope-scaling.js";

export interface ModelConfig extends Traits {
  readonly hiddenSize: number;
  readonly feedForward: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  /**
   * Most tokens of a sequence. Never more than the sliding window of a model that has one: within it windowed attention
   * and full attention are the same, and only full attention is computed here.
   */
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly activation: Activation;
  readonly rope: Rope;
  readonly tiedHead: boolean;
  /** What the hidden states lead to: logits of the next token, or one number for the sequence (a reward model). */
  readonly head: Head;
  readonly eosTokens: readonly number[];
  readonly padToken: number;
  /** The object of the file, which is written back with every key that is not known here. */
  readonly source: Readonly<Record<string, unknown>>;
}

function parseKeys(json: unknown, where: string): { modelType: string; c: HfConfig } {
  const check = <T>(schema: z.ZodType<T>, value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw invalidConfig(`${issue?.path.join(".") || "the file"}: ${issue?.message}`, where);
  };
  const { model_type: modelType } = check(z.looseObject({ model_type: z.string() }), json);
  const known = architecture(modelType);
  if (!known) {
    throw unsupported("the architecture (model_type)", modelType, supportedArchitectures(), where);
  }
  return { modelType, c: check(hfConfigSchema, { ...known.defaults, ...(json as object) }) };
}

/** Far above any model; rotary frequencies are as many. */
const MOST_HEAD_DIM = 65_536;

/** What the keys say together, and what of it cannot be computed. */
function checkConsistent(c: HfConfig, kvHeads: number, headDim: number, where: string): void {
  if (c.num_attention_heads % kvHeads !== 0) {
    const found = `${c.num_attention_heads} / ${kvHeads}`;
    throw unsupported("the ratio of heads to key-value heads", found, "a whole number", where);
  }
  if (headDim % 2 !== 0 || headDim > MOST_HEAD_DIM) {
    throw unsupported("the width of a head", headDim, `an even number, at most ${MOST_HEAD_DIM}`, where);
  }
  if (c.use_bidirectional_attention) {
    throw unsupported("use_bidirectional_attention", true, "causal attention", where);
  }
  if (c.quantization_config != null) {
    throw quantised(where);
  }
  const types = c.layer_types?.filter((type) => type !== "full_attention" && type !== "sliding_attention");
  if (types?.length) {
    throw unsupported("a layer type", types[0], ["full_attention", "sliding_attention"], where);
  }
  if (c.layer_types && c.layer_types.length !== c.num_hidden_layers) {
    throw invalidConfig(`layer_types lists ${c.layer_types.length} of ${c.num_hidden_layers} layers`, where);
  }
}

/** Reads a `config.json` object. Errors: `model-config-invalid`, `model-architecture-unsupported`. */
export function parseModelConfig(json: unknown, where = "config.json"): ModelConfig {
  const { modelType, c } = parseKeys(json, where);
  const kvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  const headDim = c.head_dim ?? c.hidden_size / c.num_attention_heads;
  checkConsistent(c, kvHeads, headDim, where);
  const activation = activationOf(modelType, c.hidden_act);
  if (typeof activation !== "string") {
    throw unsupported("the activation (hidden_act)", c.hidden_act, activation, where);
  }
  const traits = traitsOf(architecture(modelType)!, c);
  const pad = c.pad_token_id ?? 0;
  const head = headOf(c, where);
  return {
    ...traits,
    hiddenSize: c.hidden_size,
    feedForward: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads,
    headDim,
    vocabSize: c.vocab_size,
    contextLength: Math.min(c.max_position_embeddings, traits.slidingWindow ?? Infinity),
    normEpsilon: c.rms_norm_eps,
    activation,
    rope: ropeOf(c, headDim, where),
    // Without a vocabulary there is nothing to tie the embeddings to.
    tiedHead: c.tie_word_embeddings && head === "vocabulary",
    head,
    eosTokens: [c.eos_token_id ?? []].flat(),
    // What pads is never attended to: any token will do where the file names none, or one outside the vocabulary.
    padToken: pad >= 0 && pad < c.vocab_size ? pad : 0,
    source: json as Record<string, unknown>,
  };
}
