/** Working memory of passes, and what they do with single rows of it. */
import type { Scratch } from "../runtime/scratch.js";
import { type AnyTensor, arrayOf, floats } from "../runtime/tensor.js";
import { lookUp } from "./embedding.js";

export interface Rows {
  /** A tensor under a name, which holds whatever it held; good until the name is taken again. */
  take(name: string, dims: readonly number[]): AnyTensor;
  /** Writes the rows of a table [V, D] at the indices, times a factor, to `out` [N, D] or [.., D]. */
  lookUp(table: AnyTensor, indices: ArrayLike<number>, out: AnyTensor, scale?: number): Promise<void>;
  clear(tensor: AnyTensor): Promise<void>;
  /** `into` [N, D] with rows [M, D] at the indices, none of which occurs twice; it may take the memory of `into`. */
  put(into: AnyTensor, indices: ArrayLike<number>, rows: AnyTensor): Promise<AnyTensor>;
}

/** In arrays. */
export class ArrayRows implements Rows {
  readonly #scratch: Scratch;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  take(name: string, dims: readonly number[]): AnyTensor {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return floats(this.#scratch.take(name, size), dims);
  }

  async lookUp(table: AnyTensor, indices: ArrayLike<number>, out: AnyTensor, scale = 1): Promise<void> {
    const values = lookUp(arrayOf(table), out.dims.at(-1) as number, indices, arrayOf(out));
    if (scale === 1) return;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * scale;
  }

  async clear(tensor: AnyTensor): Promise<void> {
    arrayOf<Float32Array>(tensor).fill(0);
  }

  async put(into: AnyTensor, indices: ArrayLike<number>, rows: AnyTensor): Promise<AnyTensor> {
    const width = rows.dims.at(-1) as number;
    const [target, source] = [arrayOf<Float32Array>(into), arrayOf<Float32Array>(rows)];
    for (let i = 0; i < indices.length; i++)
      target.set(source.subarray(i * width, (i + 1) * width), (indices[i] as number) * width);
    return into;
  }
}
