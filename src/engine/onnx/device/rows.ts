/** Working memory of passes on a graphics device. */
import type { AnyTensor } from "../runtime/tensor.js";
import type { Rows } from "../training/rows.js";
import { type DeviceTensor, type Gpu, longs, scalar } from "./gpu.js";
import { lookUpProgram, putProgram } from "./programs.js";

export class DeviceRows implements Rows {
  readonly #gpu: Gpu;
  readonly #taken = new Map<string, DeviceTensor>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  take(name: string, dims: readonly number[]): DeviceTensor {
    const known = this.#taken.get(name);
    if (known && String(known.dims) === String(dims)) return known;
    if (known) this.#gpu.release(known);
    const tensor = this.#gpu.tensor(dims);
    this.#taken.set(name, tensor);
    return tensor;
  }

  async lookUp(table: AnyTensor, indices: ArrayLike<number>, out: AnyTensor, scale = 1): Promise<void> {
    const shape = out.dims.slice(0, -1);
    const [rank, width] = [out.dims.length, out.dims.at(-1) as number];
    const program = this.#gpu.programs(`look-up/${rank}/${width}`, () => lookUpProgram(rank, width));
    await program.run({ table, indices: longs(indices, shape), scale: scalar(scale) }, { rows: out });
  }

  async clear(tensor: AnyTensor): Promise<void> {
    await this.#gpu.clear(tensor as DeviceTensor);
  }

  async put(into: AnyTensor, indices: ArrayLike<number>, rows: AnyTensor): Promise<AnyTensor> {
    const put = this.take(this.#taken.get("put") === into ? "put-next" : "put", into.dims);
    const program = this.#gpu.programs("put", putProgram);
    await program.run({ into, indices: longs(indices, [indices.length, 1]), rows }, { put });
    return put;
  }
}
