/** The weights of a policy: one contiguous array, an adapter's beside it, and the tensors that lend views of both to every program. */
import type * as ort from "onnxruntime-node";
import type { ModelConfig } from "../../../model/config.js";
import { adapterSpecs, type LoraConfig } from "../../../model/lora.js";
import { EMBEDDING, type ParameterSpec, parameterSpecs } from "../../../model/parameters.js";
import { ropeTables } from "../../../model/rope.js";
import type { ModelShape } from "../programs/model-inputs.js";
import { floats, type Tensors } from "../runtime/session.js";
import { byLayer } from "./layer-names.js";

/** Rows that the rotary tables begin with. */
const MIN_POSITIONS = 256;

/** Named tensors in one contiguous array. */
export interface Storage {
  readonly specs: readonly ParameterSpec[];
  /** Float32; updated in place by the optimiser, and seen at once by every program. */
  readonly weights: Float32Array;
}

/** Views of an array's tensors by name, with something put before each name. */
export function viewsOf({ specs, weights }: Storage, prefix = ""): Record<string, ort.Tensor> {
  return Object.fromEntries(
    specs.map(({ name, shape, offset, size }) => [
      `${prefix}${name}`,
      floats(weights.subarray(offset, offset + size), shape),
    ]),
  );
}

export class Policy implements ModelShape {
  readonly config: ModelConfig;
  readonly lora: LoraConfig | null;
  readonly model: Storage;
  /** What training changes: the adapter, or the model itself. */
  readonly trained: Storage;
  /** Token embeddings [V, D]. */
  readonly embeddings: Float32Array;
  readonly #parameters: Tensors;
  readonly #layers: readonly Tensors[];
  #rope: Readonly<Record<"cos" | "sin", ort.Tensor>> | null = null;
  /** Rows of the rotary tables. */
  #positions = 0;

  /** A model's weights, and an adapter's in the layout of `adapterSpecs`. The arrays are lent, not copied. */
  constructor(
    config: ModelConfig,
    weights: Float32Array,
    adapter: { readonly lora: LoraConfig; readonly weights: Float32Array } | null = null,
  ) {
    this.config = config;
    this.lora = adapter?.lora ?? null;
    this.model = { specs: parameterSpecs(config), weights };
    this.trained = adapter
      ? { specs: adapterSpecs(config, adapter.lora), weights: adapter.weights }
      : this.model;
    this.#parameters = { ...viewsOf(this.model), ...viewsOf(this.trained) };
    this.#layers = byLayer(this.#parameters, config.layers);
    this.embeddings = this.#parameters[EMBEDDING]?.data as Float32Array;
  }

  /** Feeds that every program shares: parameters by name, and rotary tables of at least `length` positions. */
  feeds(length: number): Tensors {
    return { ...this.#parameters, ...this.#tables(length) };
  }

  /** Feeds of a program of one layer. */
  layerFeeds(layer: number, length: number): Tensors {
    return { ...this.#layers[layer], ...this.#tables(length) };
  }

  /** The tables grow with what is asked for: those of a context of 131,072 tokens would take 64 MiB. */
  #tables(length: number): Tensors {
    if (!this.#rope || length > this.#positions) {
      const wanted = Math.max(MIN_POSITIONS, 2 ** Math.ceil(Math.log2(length)));
      this.#positions = Math.min(this.config.contextLength, wanted);
      const { cos, sin } = ropeTables(this.config.rope, this.#positions);
      const shape = [this.#positions, this.config.headDim / 2];
      this.#rope = { cos: floats(cos, shape), sin: floats(sin, shape) };
    }
    return this.#rope;
  }
}
