/** The gradient summed over micro-batches: programs add to it where it lies. */
import { SelftrainError } from "../../../errors.js";
import type { ParameterSpec } from "../../../model/parameters.js";
import { byLayer } from "../policy/layer-names.js";
import { viewsOf } from "../policy/placed.js";
import { GRADIENT, SUM } from "../programs/training.js";
import type { Runnable } from "../runtime/program.js";
import { type AnyTensor, arrayOf, type Tensors } from "../runtime/tensor.js";
import { addRowGradients } from "./embedding.js";

/** What micro-batches add their gradients to. */
export interface Sum {
  /** Runs a program that adds to the sums: to those of all, or to those of a layer, which bear the names of layer 0 there. */
  run(program: Runnable, feeds: Tensors, into: Tensors, layer?: number): Promise<Tensors>;
  /** Adds rows [N, D], times a factor, to those of the tokens in the gradient of a table [V, D], where that is trained. */
  addRows(table: string, tokens: ArrayLike<number>, rows: AnyTensor, scale?: number): Promise<void>;
}

/** What a training program reads the sums from, and where it writes them: the same memory. */
interface Sums {
  readonly feeds: Tensors;
  readonly into: Tensors;
}

/** In one array. */
export class GradientSum implements Sum {
  readonly specs: readonly ParameterSpec[];
  /** Float32, in the layout of what is trained. */
  readonly values: Float32Array;
  readonly #sums: Sums;
  /** The sums of each layer under the names of layer 0. */
  readonly #layers: readonly Sums[];

  /** The values are lent: zeros, or what was summed before. */
  constructor(specs: readonly ParameterSpec[], layers: number, values: Float32Array) {
    this.specs = specs;
    this.values = values;
    const storage = { specs, weights: this.values };
    this.#sums = { feeds: viewsOf(storage, SUM), into: viewsOf(storage, GRADIENT) };
    const feeds = byLayer(this.#sums.feeds, layers);
    const into = byLayer(this.#sums.into, layers);
    this.#layers = feeds.map((layer, i) => ({ feeds: layer, into: into[i] as Tensors }));
  }

  run(program: Runnable, feeds: Tensors, into: Tensors, layer?: number): Promise<Tensors> {
    const sums = layer === undefined ? this.#sums : (this.#layers[layer] as Sums);
    return program.run({ ...feeds, ...sums.feeds }, { ...into, ...sums.into });
  }

  async addRows(table: string, tokens: ArrayLike<number>, rows: AnyTensor, scale?: number): Promise<void> {
    const spec = this.specs.find(({ name }) => name === table);
    if (!spec) return;
    const part = this.values.subarray(spec.offset, spec.offset + spec.size);
    addRowGradients(part, spec.shape[1] as number, tokens, arrayOf(rows), scale);
  }
}

/** The error of a gradient that is not finite, naming the first parameter that has one. */
export function notFinite(
  specs: readonly ParameterSpec[],
  values: Float32Array,
  step: number,
): SelftrainError {
  const bad = values.findIndex((v) => !Number.isFinite(v));
  const spec = specs.find(({ offset, size }) => bad >= offset && bad < offset + size)!;
  return new SelftrainError({
    code: "gradient-not-finite",
    message: `the gradient of ${spec.name} is not finite`,
    found: String(values[bad]),
    expected: "finite numbers",
    where: `optimiser step ${step}`,
    remedy: "lower the learning rate, or look at the batch that was saved; no weight was changed",
  });
}
