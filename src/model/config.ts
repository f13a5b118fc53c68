/** A decoder-only model as a Hugging Face `config.json` describes it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";

const ids = z.union([z.int(), z.array(z.int())]);

/** The keys that change what is computed; every other key of the file is carried along untouched. */
const hfConfigSchema = z.looseObject({
  model_type: z.string(),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive().optional(),
  head_dim: z.int().positive().nullish(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.string().default("silu"),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  rope_theta: z.number().positive().optional(),
  rope_scaling: z.unknown().optional(),
  rope_parameters: z
    .looseObject({ rope_theta: z.number().positive(), rope_type: z.string().default("default") })
    .optional(),
  eos_token_id: ids.nullish(),
  pad_token_id: z.int().nullish(),
});

export interface ModelConfig {
  readonly hiddenSize: number;
  readonly feedForward: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly ropeTheta: number;
  readonly tiedHead: boolean;
  readonly eosTokens: readonly number[];
  readonly padToken: number;
}

/** What `parseModelConfig` accepts, for the refusal of anything else. */
const SUPPORTED = ["llama"];

/** Reads a `config.json` object. Errors: `model-config-invalid`, `model-architecture-unsupported`. */
export function parseModelConfig(json: unknown, where = "config.json"): ModelConfig {
  const parsed = hfConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SelftrainError({
      code: "model-config-invalid",
      message: `the model configuration is not usable: ${issue?.path.join(".") || "the file"}: ${issue?.message}`,
      expected: "a Hugging Face config.json of a Llama-style model",
      where,
      remedy: "check the key named above against the model's original config.json",
    });
  }
  const c = parsed.data;
  const refuse = (what: string, found: unknown, expected: unknown): never => {
    throw new SelftrainError({
      code: "model-architecture-unsupported",
      message: `${what} of this model is not supported`,
      found,
      expected,
      where,
      remedy: `use a model whose ${what} is supported`,
    });
  };
  if (!SUPPORTED.includes(c.model_type)) refuse("the architecture (model_type)", c.model_type, SUPPORTED);
  if (c.hidden_act !== "silu") refuse("the activation (hidden_act)", c.hidden_act, "silu");
  if (c.attention_bias || c.mlp_bias) refuse("a bias (attention_bias, mlp_bias)", true, false);
  if (c.rope_scaling) refuse("rope_scaling", c.rope_scaling, null);
  if (c.rope_parameters && c.rope_parameters.rope_type !== "default") {
    refuse("the rope_type", c.rope_parameters.rope_type, "default");
  }
  const kvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % kvHeads !== 0) {
    refuse(
      "a number of heads that key-value heads do not divide",
      `${c.num_attention_heads} / ${kvHeads}`,
      "a whole ratio",
    );
  }
  const eos = c.eos_token_id ?? [];
  return {
    hiddenSize: c.hidden_size,
    feedForward: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads,
    headDim: c.head_dim ?? c.hidden_size / c.num_attention_heads,
    vocabSize: c.vocab_size,
    contextLength: c.max_position_embeddings,
    normEpsilon: c.rms_norm_eps,
    ropeTheta: c.rope_parameters?.rope_theta ?? c.rope_theta ?? 10000,
    tiedHead: c.tie_word_embeddings,
    eosTokens: Array.isArray(eos) ? eos : [eos],
    padToken: c.pad_token_id ?? 0,
  };
}

/** Reads the `config.json` of a model folder. */
export function readModelConfig(folder: string): ModelConfig {
  const path = join(folder, "config.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "model-not-found",
        message: `no model in ${folder}: config.json cannot be read`,
        expected: "a folder with config.json, model.safetensors and tokenizer.json",
        where: path,
        remedy: "give the folder of a model, or a checkpoint of a run (RUN/checkpoints/step-…)",
      },
      { cause },
    );
  }
  try {
    return parseModelConfig(JSON.parse(text), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SelftrainError(
      {
        code: "model-config-invalid",
        message: `config.json is not JSON: ${error.message}`,
        where: path,
        remedy: "restore the file from where the model came",
      },
      { cause: error },
    );
  }
}

/** The Hugging Face `config.json` of a model. */
export function hfConfig(config: ModelConfig): Record<string, unknown> {
  const eos = config.eosTokens.length === 1 ? config.eosTokens[0] : config.eosTokens;
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: config.hiddenSize,
    intermediate_size: config.feedForward,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    vocab_size: config.vocabSize,
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tiedHead,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    attention_dropout: 0,
    initializer_range: 0.02,
    bos_token_id: null,
    eos_token_id: config.eosTokens.length === 0 ? null : eos,
    pad_token_id: config.padToken,
    torch_dtype: "float32",
    use_cache: true,
  };
}
