/** The gradient summed over micro-batches: programs add to it where it lies. */
import { SelftrainError } from "../../../errors.js";
import type { ParameterSpec } from "../../../model/parameters.js";
import { byLayer } from "../policy/layer-names.js";
import { viewsOf } from "../policy/policy.js";
import { GRADIENT, SUM } from "../programs/training.js";
import type { Tensors } from "../runtime/session.js";

/** What a training program reads the sums from, and where it writes them: the same memory. */
export interface Sums {
  readonly feeds: Tensors;
  readonly into: Tensors;
}

export class GradientSum {
  readonly specs: readonly ParameterSpec[];
  /** Float32, in the layout of what is trained. */
  readonly values: Float32Array;
  readonly sums: Sums;
  /** The sums of each layer under the names of layer 0. */
  readonly layers: readonly Sums[];

  /** The values are lent: zeros, or what was summed before. */
  constructor(specs: readonly ParameterSpec[], layers: number, values: Float32Array) {
    this.specs = specs;
    this.values = values;
    const storage = { specs, weights: this.values };
    this.sums = { feeds: viewsOf(storage, SUM), into: viewsOf(storage, GRADIENT) };
    const feeds = byLayer(this.sums.feeds, layers);
    const into = byLayer(this.sums.into, layers);
    this.layers = feeds.map((layer, i) => ({ feeds: layer, into: into[i] as Tensors }));
  }

  /** The part of one tensor, or null where it is not trained. */
  part(name: string): Float32Array | null {
    const spec = this.specs.find((s) => s.name === name);
    return spec ? this.values.subarray(spec.offset, spec.offset + spec.size) : null;
  }

  /** The error of a gradient that is not finite, naming the first parameter that has one. */
  notFinite(step: number): SelftrainError {
    const bad = this.values.findIndex((v) => !Number.isFinite(v));
    const spec = this.specs.find(({ offset, size }) => bad >= offset && bad < offset + size)!;
    return new SelftrainError({
      code: "gradient-not-finite",
      message: `the gradient of ${spec.name} is not finite`,
      found: String(this.values[bad]),
      expected: "finite numbers",
      where: `optimiser step ${step}`,
      remedy: "lower the learning rate, or look at the batch that was saved; no weight was changed",
    });
  }
}
