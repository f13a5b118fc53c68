/** The weights of a policy: one contiguous array, and the tensors that lend views of it to every program. */
import type * as ort from "onnxruntime-node";
import type { ModelConfig } from "../../model/config.js";
import { EMBEDDING, type ParameterSpec, parameterSpecs } from "../../model/parameters.js";
import { ropeTables } from "../../model/rope.js";
import { floats } from "./session.js";

export class Policy {
  readonly config: ModelConfig;
  readonly specs: readonly ParameterSpec[];
  /** Float32 [parameters]; updated in place by the optimiser, and seen at once by every program. */
  readonly weights: Float32Array;
  /** Feeds that every program shares: parameters by checkpoint name, and the rotary tables. */
  readonly feeds: Readonly<Record<string, ort.Tensor>>;

  constructor(config: ModelConfig, weights: Float32Array) {
    this.config = config;
    this.weights = weights;
    this.specs = parameterSpecs(config);
    const { cos, sin } = ropeTables(config, config.contextLength);
    const table = [config.contextLength, config.headDim / 2];
    this.feeds = {
      ...Object.fromEntries(this.specs.map((spec) => [spec.name, floats(this.view(spec), spec.shape)])),
      cos: floats(cos, table),
      sin: floats(sin, table),
    };
  }

  view({ offset, size }: ParameterSpec): Float32Array {
    return this.weights.subarray(offset, offset + size);
  }

  /** Token embeddings [V, D], which are the first parameter. */
  get embeddings(): Float32Array {
    return this.view(this.specs.find((s) => s.name === EMBEDDING) as ParameterSpec);
  }
}
