/** Where the numbers of named tensors lie that programs read and write: in an array, or elsewhere with an array behind. */
import type { ParameterSpec } from "../../../model/parameters.js";
import { type AnyTensor, floats, lasting, type Tensor } from "../runtime/tensor.js";

/** Named tensors in one contiguous array. */
export interface Storage {
  readonly specs: readonly ParameterSpec[];
  /** Float32. */
  readonly weights: Float32Array;
}

export interface Placed extends Storage {
  /** What programs are given, by name. */
  readonly tensors: Readonly<Record<string, AnyTensor>>;
  /** Brings the array up to date with the tensors. */
  toArray(): void;
  /** Brings the tensors up to date with the array. */
  toTensors(): void;
  /** Each number becomes retain · itself + (1 − retain) · that of another storage of the same layout. */
  blend(other: Placed, retain: number): Promise<void>;
  /** Gives memory back that is not the array's. */
  release(): void;
}

/** Places storages, and tensors that never change. */
export interface Place {
  storage(storage: Storage): Placed;
  constant(tensor: Tensor): AnyTensor;
}

/** Views of an array's tensors by name, with something put before each name. */
export function viewsOf({ specs, weights }: Storage, prefix = ""): Record<string, Tensor> {
  return Object.fromEntries(
    specs.map(({ name, shape, offset, size }) => [
      `${prefix}${name}`,
      lasting(floats(weights.subarray(offset, offset + size), shape)),
    ]),
  );
}

class InArray implements Placed {
  readonly specs: readonly ParameterSpec[];
  readonly weights: Float32Array;
  readonly tensors: Readonly<Record<string, Tensor>>;

  constructor(storage: Storage) {
    this.specs = storage.specs;
    this.weights = storage.weights;
    this.tensors = viewsOf(storage);
  }

  toArray(): void {}

  toTensors(): void {}

  release(): void {}

  /** Computed in double precision and rounded: what a step adds is lost where it is less than half of the last place. */
  async blend({ weights }: Placed, retain: number): Promise<void> {
    const own = this.weights;
    if (retain === 0) own.set(weights);
    else
      for (let i = 0; i < own.length; i++)
        own[i] = retain * (own[i] as number) + (1 - retain) * (weights[i] as number);
  }
}

/** In the array itself, which programs read and write where it lies. */
export const IN_ARRAYS: Place = {
  storage: (storage) => new InArray(storage),
  constant: lasting,
};
