/** A graphics device as the engine uses it: tensors that stay on it, copies to and from it, and programs. */
import { Graph } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import { DeviceMemory } from "../c-api/device-memory.js";
import { compile, type Program } from "../runtime/program.js";
import { type AnyTensor, floats, integers, type Tensor } from "../runtime/tensor.js";
import type { Programs } from "../training/passes.js";
import { zerosProgram } from "./programs.js";

/** float32 on the device. It is there until it is released; programs only borrow it. */
export class DeviceTensor implements AnyTensor {
  readonly dtype = "float32";
  readonly lasting = true;

  constructor(
    readonly dims: readonly number[],
    readonly handle: bigint,
  ) {}

  hold(): bigint {
    return this.handle;
  }

  letGo(): void {}
}

export class Gpu {
  readonly #memory: DeviceMemory;
  readonly #programs = new Map<string, Program>();
  readonly #tensors = new Set<DeviceTensor>();

  /** Errors: `engine-device-missing`, and those of opening the library. */
  constructor() {
    const g = new Graph("device");
    g.output("y", ops.neg(g.input("x", "float32", [1])));
    const program = compile(g, 1, "gpu");
    this.#programs.set("device", program);
    this.#memory = new DeviceMemory(program.session);
  }

  readonly programs: Programs = (name, build) => {
    const program = this.#programs.get(name) ?? compile(build(), 1, "gpu");
    this.#programs.set(name, program);
    return program;
  };

  /** A tensor that holds whatever lay there. Errors: `engine-device-memory`. */
  tensor(dims: readonly number[]): DeviceTensor {
    const tensor = new DeviceTensor(dims, this.#memory.create(dims));
    this.#tensors.add(tensor);
    return tensor;
  }

  /** A tensor with the numbers of an array. */
  tensorOf(array: Float32Array, dims: readonly number[]): DeviceTensor {
    const tensor = this.tensor(dims);
    this.send(array, tensor);
    return tensor;
  }

  send(array: Float32Array, to: DeviceTensor): void {
    this.#copy(floats(array, to.dims), to);
  }

  fetch(from: DeviceTensor, array: Float32Array): void {
    this.#copy(from, floats(array, from.dims));
  }

  copy(from: DeviceTensor, to: DeviceTensor): void {
    this.#copy(from, to);
  }

  async clear(tensor: DeviceTensor): Promise<void> {
    const { length } = tensor.dims;
    const program = this.programs(`zeros/${length}`, () => zerosProgram(length));
    await program.run({ like: tensor, zero: scalar(0) }, { zeros: tensor });
  }

  release(tensor: DeviceTensor): void {
    if (this.#tensors.delete(tensor)) this.#memory.release(tensor.handle, tensor.dims);
  }

  /** After what was asked of the device is done: a process that ends while its driver works would be ended by the driver. */
  close(): void {
    this.#finish();
    for (const tensor of this.#tensors) this.release(tensor);
    this.#memory.close();
    for (const program of this.#programs.values()) program.release();
  }

  /** Waits for all that was asked of the device. */
  #finish(): void {
    try {
      this.fetch(this.tensor([1]), new Float32Array(1));
    } catch {
      // A device that is lost does nothing more.
    }
  }

  #copy(from: AnyTensor, to: AnyTensor): void {
    this.#memory.copy(from.hold(), to.hold());
    from.letGo();
    to.letGo();
  }
}

export const scalar = (value: number): Tensor => floats(Float32Array.of(value), []);

export const longs = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  integers(BigInt64Array.from(Array.from(values), BigInt), shape);
