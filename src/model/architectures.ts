/** The architectures that work, by `model_type`: what each leaves out of its files, and what it computes differently. */
import type { HfConfig } from "./config-schema.js";

/** What the layers of an architecture have beside Llama's. */
export interface Traits {
  /** Biases of the query, key and value projections. */
  readonly qkvBias: boolean;
  /** Bias of the attention's output projection. */
  readonly outputBias: boolean;
  /** Biases of the gate, up and down projections. */
  readonly mlpBias: boolean;
  /** RMS norms over each head of the queries and of the keys, before they are rotated (Qwen 3). */
  readonly qkNorm: boolean;
  /** Added to the weight of every norm: 1 where a checkpoint stores w of (1 + w) (Gemma). */
  readonly normOffset: 0 | 1;
  /** Token embeddings are multiplied by it: √hidden_size in Gemma. */
  readonly embeddingScale: number;
  /** Tokens that a layer with a window sees, the current one included; null where all layers see everything. */
  readonly slidingWindow: number | null;
}

interface Architecture {
  /** Models that are of this type, for the refusal of one that is not. */
  readonly models: string;
  /** Keys that a file may leave out because transformers' own class has these values. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Where it differs from Llama without biases. */
  traits(c: HfConfig): Partial<Traits>;
}

const attentionBias = (c: HfConfig) => ({ qkvBias: c.attention_bias, outputBias: c.attention_bias });

/** Qwen's window is switched on by a key of its own, and then only for the later layers, or for those listed. */
function qwenWindow(c: HfConfig): number | null {
  if (!c.use_sliding_window) return null;
  const slides = c.layer_types
    ? c.layer_types.includes("sliding_attention")
    : c.max_window_layers < c.num_hidden_layers;
  return slides ? (c.sliding_window ?? null) : null;
}

const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(
  Object.entries({
    llama: {
      models: "Llama 2 and 3, SmolLM2",
      defaults: {},
      traits: (c) => ({ ...attentionBias(c), mlpBias: c.mlp_bias }),
    },
    mistral: {
      models: "Mistral",
      defaults: { num_key_value_heads: 8, sliding_window: 4096 },
      traits: (c) => ({ slidingWindow: c.sliding_window ?? null }),
    },
    qwen2: {
      models: "Qwen 2 and 2.5",
      defaults: { num_key_value_heads: 32, sliding_window: 4096 },
      traits: (c) => ({ qkvBias: true, slidingWindow: qwenWindow(c) }),
    },
    qwen3: {
      models: "Qwen 3",
      defaults: { num_key_value_heads: 32, head_dim: 128, sliding_window: 4096 },
      traits: (c) => ({ ...attentionBias(c), qkNorm: true, slidingWindow: qwenWindow(c) }),
    },
    gemma: {
      models: "Gemma 1",
      defaults: {
        num_key_value_heads: 16,
        head_dim: 256,
        tie_word_embeddings: true,
        hidden_act: "gelu_pytorch_tanh",
      },
      traits: (c) => ({ ...attentionBias(c), normOffset: 1, embeddingScale: Math.sqrt(c.hidden_size) }),
    },
  } satisfies Record<string, Architecture>),
);

export const architecture = (modelType: string): Architecture | undefined => ARCHITECTURES.get(modelType);

/** What works, as a refusal lists it. */
export const supportedArchitectures = (): string =>
  [...ARCHITECTURES].map(([type, { models }]) => `${type} (${models})`).join(", ");

export function traitsOf({ traits }: Architecture, c: HfConfig): Traits {
  return {
    qkvBias: false,
    outputBias: false,
    mlpBias: false,
    qkNorm: false,
    normOffset: 0,
    embeddingScale: 1,
    slidingWindow: null,
    ...traits(c),
  };
}

export type Activation = "silu" | "gelu-tanh";

const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ["silu", "silu"],
  ["gelu_pytorch_tanh", "gelu-tanh"],
]);

/** The activation of the feed-forward, or what would have been accepted. Gemma's first releases say `gelu` and mean the approximation. */
export function activationOf(modelType: string, name: string): Activation | readonly string[] {
  if (modelType === "gemma" && name === "gelu") return "gelu-tanh";
  return ACTIVATIONS.get(name) ?? [...ACTIVATIONS.keys()];
}
