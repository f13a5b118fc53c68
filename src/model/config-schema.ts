/** The keys of a Hugging Face `config.json` that change what is computed; every other key is carried along untouched. */
import { z } from "zod";

const positiveInt = z.int().positive();
/** Far above any model; a damaged file must not make us count layers for hours. */
const layerCount = positiveInt.max(10_000);
const tokenIds = z.union([z.int(), z.array(z.int())]);

export const hfConfigSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  id2label: z.record(z.string(), z.unknown()).nullish(),
  num_labels: z.int().nullish(),
  hidden_size: positiveInt,
  intermediate_size: positiveInt,
  num_hidden_layers: layerCount,
  num_attention_heads: positiveInt,
  num_key_value_heads: positiveInt.nullish(),
  head_dim: positiveInt.nullish(),
  vocab_size: positiveInt,
  max_position_embeddings: positiveInt,
  /** Far above any model; it must be a number in float32. */
  rms_norm_eps: z.number().positive().max(1).default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.string().default("silu"),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  sliding_window: positiveInt.nullish(),
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.int().min(0).default(28),
  layer_types: z.array(z.string()).nullish(),
  use_bidirectional_attention: z.boolean().nullish(),
  quantization_config: z.unknown().optional(),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: z.unknown().optional(),
  rope_parameters: z.unknown().optional(),
  original_max_position_embeddings: positiveInt.nullish(),
  eos_token_id: tokenIds.nullish(),
  pad_token_id: z.int().nullish(),
});

export type HfConfig = z.output<typeof hfConfigSchema>;
