/** The weights of a policy: one contiguous array, an adapter's beside it, and the tensors of both that every program is given. */
import type { ModelConfig } from "../../../model/config.js";
import { adapterSpecs, type LoraConfig } from "../../../model/lora.js";
import { EMBEDDING, parameterSpecs } from "../../../model/parameters.js";
import { ropeTables } from "../../../model/rope.js";
import type { ModelShape } from "../programs/model-inputs.js";
import { type AnyTensor, floats, type Tensors } from "../runtime/tensor.js";
import { byLayer } from "./layer-names.js";
import { IN_ARRAYS, type Place, type Placed } from "./placed.js";

/** Rows that the rotary tables begin with. */
const MIN_POSITIONS = 256;

export class Policy implements ModelShape {
  readonly config: ModelConfig;
  readonly lora: LoraConfig | null;
  /** Where its weights lie. */
  readonly place: Place;
  readonly model: Placed;
  /** What training changes: the adapter, or the model itself. Updated in place by the optimiser, and seen at once by every program. */
  readonly trained: Placed;
  /** Token embeddings [V, D]. */
  readonly embeddings: AnyTensor;
  readonly #parameters: Tensors;
  readonly #layers: readonly Tensors[];
  #rope: Readonly<Record<"cos" | "sin", AnyTensor>> | null = null;
  /** Rows of the rotary tables. */
  #positions = 0;

  /**
   * A model's weights, which may be placed already, and an adapter's in the layout of `adapterSpecs`. The arrays are lent, not copied.
   */
  constructor(
    config: ModelConfig,
    weights: Float32Array | Placed,
    adapter: { readonly lora: LoraConfig; readonly weights: Float32Array } | null = null,
    place: Place = IN_ARRAYS,
  ) {
    this.config = config;
    this.lora = adapter?.lora ?? null;
    this.place = place;
    this.model =
      weights instanceof Float32Array ? place.storage({ specs: parameterSpecs(config), weights }) : weights;
    this.trained = adapter
      ? place.storage({ specs: adapterSpecs(config, adapter.lora), weights: adapter.weights })
      : this.model;
    this.#parameters = { ...this.model.tensors, ...this.trained.tensors };
    this.#layers = byLayer(this.#parameters, config.layers);
    this.embeddings = this.#parameters[EMBEDDING] as AnyTensor;
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
      const { constant } = this.place;
      this.#rope = { cos: constant(floats(cos, shape)), sin: constant(floats(sin, shape)) };
    }
    return this.#rope;
  }
}
