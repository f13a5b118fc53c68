/** Storages whose tensors lie on a graphics device, an array behind them that is brought up to date when it is asked for. */
import type { ParameterSpec } from "../../../model/parameters.js";
import type { Place, Placed, Storage } from "../policy/placed.js";
import type { DeviceTensor, Gpu } from "./gpu.js";
import { scalar } from "./gpu.js";
import { blendProgram } from "./programs.js";

export class DeviceStorage implements Placed {
  readonly specs: readonly ParameterSpec[];
  readonly weights: Float32Array;
  readonly tensors: Readonly<Record<string, DeviceTensor>>;
  readonly #gpu: Gpu;

  constructor(gpu: Gpu, { specs, weights }: Storage) {
    this.#gpu = gpu;
    this.specs = specs;
    this.weights = weights;
    this.tensors = Object.fromEntries(specs.map(({ name, shape }) => [name, gpu.tensor(shape)]));
    this.toTensors();
  }

  toArray(): void {
    this.#each((part, tensor) => this.#gpu.fetch(tensor, part));
  }

  toTensors(): void {
    this.#each((part, tensor) => this.#gpu.send(part, tensor));
  }

  release(): void {
    for (const tensor of Object.values(this.tensors)) this.#gpu.release(tensor);
  }

  /** In single precision. */
  async blend(other: Placed, retain: number): Promise<void> {
    const scalars = { retain: scalar(retain), taken: scalar(1 - retain) };
    for (const [name, own] of Object.entries(this.tensors)) {
      const from = other.tensors[name] as DeviceTensor;
      const rank = own.dims.length;
      if (retain === 0) this.#gpu.copy(from, own);
      else
        await this.#gpu
          .programs(`blend/${rank}`, () => blendProgram(rank))
          .run({ own, other: from, ...scalars }, { blended: own });
    }
  }

  #each(visit: (part: Float32Array, tensor: DeviceTensor) => void): void {
    for (const { name, offset, size } of this.specs)
      visit(this.weights.subarray(offset, offset + size), this.tensors[name] as DeviceTensor);
  }
}

export const onDevice = (gpu: Gpu): Place => ({
  storage: (storage) => new DeviceStorage(gpu, storage),
  constant: ({ data, dims }) => gpu.tensorOf(data as Float32Array, dims),
});
