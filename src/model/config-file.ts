/** The `config.json` of a model folder: read, written back, and made for a new model. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { refuseLfsPointer } from "../io/fs/git-lfs.js";
import { decodeUtf8 } from "../utf8.js";
import { ADAPTER_CONFIG } from "./adapter-files.js";
import { type ModelConfig, parseModelConfig } from "./config.js";
import { invalidConfig, ofAdapter } from "./config-errors.js";
import type { DtypeName } from "./dtype.js";
import { hasOwnHead } from "./own-head.js";

const generationSchema = z.looseObject({
  eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
});

/**
 * Reads the `config.json` of a model folder; of an adapter's, that of the last of `bases`, whose weights are read. What ends a sequence is
 * taken from `generation_config.json` where that says it, as transformers' `generate` does. A head of their own that the weights have is
 * believed against `tie_word_embeddings`. Errors: `model-not-found`, `adapter-base-quantised`, `text-not-utf8`, and those of `parseModelConfig`.
 */
export function readModelConfig(folder: string, bases: readonly string[] = []): ModelConfig {
  const base = bases.at(-1);
  if (base === undefined) return ownConfig(folder);
  return ofAdapter(join(bases.at(-2) ?? folder, ADAPTER_CONFIG), base, () => ownConfig(base));
}

function ownConfig(folder: string): ModelConfig {
  const path = join(folder, "config.json");
  const config = believingHead(folder, parseModelConfig(parseJson(readText(path, folder), path), path), path);
  const generation = join(folder, "generation_config.json");
  if (!existsSync(generation)) return config;
  const parsed = generationSchema.safeParse(parseJson(readText(generation, folder), generation));
  if (!parsed.success) throw invalidConfig("eos_token_id is no token and no list of tokens", generation);
  const eosTokens = [parsed.data.eos_token_id ?? []].flat();
  return eosTokens.length > 0 ? { ...config, eosTokens } : config;
}

/** The configuration, with `tie_word_embeddings` false, written back too, where the weights have a head of their own. */
function believingHead(folder: string, config: ModelConfig, path: string): ModelConfig {
  if (!config.tiedHead || !hasOwnHead(folder)) return config;
  return parseModelConfig({ ...config.source, tie_word_embeddings: false }, path);
}

/** Whether `config.json` says tied, or leaves out what is tied by default, and the weights have a head of their own. */
export const headAgainstConfig = (folder: string): boolean => {
  const path = join(folder, "config.json");
  return parseModelConfig(parseJson(readText(path, folder), path), path).tiedHead && hasOwnHead(folder);
};

function readText(path: string, folder: string): string {
  refuseLfsPointer(path);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "model-not-found",
        message: `no model in ${folder}: ${path} cannot be read`,
        expected: "a folder with config.json, safetensors and tokenizer.json",
        where: path,
        remedy: "give the folder of a model, or a checkpoint of a run (RUN/checkpoints/step-…)",
      },
      { cause },
    );
  }
  return decodeUtf8(bytes, path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidConfig(`the file is not JSON: ${(cause as Error).message}`, path, { cause });
  }
}

/** The `config.json` of a model whose weights are stored as `dtype`: the file it came from, and nothing else changed. */
export function hfConfig({ source }: ModelConfig, dtype: DtypeName): Record<string, unknown> {
  // Transformers 5 says dtype, earlier versions say torch_dtype; both read both.
  const key = "dtype" in source ? "dtype" : "torch_dtype";
  return { ...source, ...("torch_dtype" in source ? { torch_dtype: dtype } : {}), [key]: dtype };
}

/** What a new model's shape is made of. */
export type LlamaShape = Pick<
  ModelConfig,
  | "hiddenSize"
  | "feedForward"
  | "layers"
  | "heads"
  | "kvHeads"
  | "headDim"
  | "vocabSize"
  | "contextLength"
  | "tiedHead"
  | "eosTokens"
  | "padToken"
>;

/** The configuration of a new model, which is a Llama. */
export function llamaConfig(shape: LlamaShape): ModelConfig {
  const eos = shape.eosTokens.length === 1 ? shape.eosTokens[0] : shape.eosTokens;
  return parseModelConfig({
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: shape.hiddenSize,
    intermediate_size: shape.feedForward,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    vocab_size: shape.vocabSize,
    max_position_embeddings: shape.contextLength,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    tie_word_embeddings: shape.tiedHead,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    attention_dropout: 0,
    initializer_range: 0.02,
    bos_token_id: null,
    eos_token_id: shape.eosTokens.length === 0 ? null : eos,
    pad_token_id: shape.padToken,
    torch_dtype: "float32",
    use_cache: true,
  });
}
