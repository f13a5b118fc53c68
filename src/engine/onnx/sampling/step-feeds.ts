/**
 * What a decode step reads of each row: its last token, where that is, and the number that draws the next. The memory is kept from step
 * to step, and integers are written as the low halves of 64 bits: arrays and big integers made anew would be a percent of a short step.
 */
import { floats, integers, type Tensors } from "../runtime/session.js";

export class StepFeeds {
  #ids = new Int32Array();
  #positions = new Int32Array();
  #u = new Float32Array();
  #tensors: Tensors = {};

  get tensors(): Tensors {
    return this.#tensors;
  }

  /** Makes room for exactly so many rows, which are to be written then. */
  resize(rows: number): void {
    if (rows === this.#u.length) return;
    const shape = [rows, 1];
    const ids = new BigInt64Array(rows);
    const positions = new BigInt64Array(rows);
    this.#ids = new Int32Array(ids.buffer);
    this.#positions = new Int32Array(positions.buffer);
    this.#u = new Float32Array(rows);
    this.#tensors = {
      ids: integers(ids, shape),
      positions: integers(positions, shape),
      u: floats(this.#u, shape),
    };
  }

  /** `uniform` is in [0, 1). */
  write(row: number, token: number, position: number, uniform: number): void {
    this.#ids[2 * row] = token;
    this.#positions[2 * row] = position;
    // 24 bits, so that the number is exact in float32 and never rounds up to 1.
    this.#u[row] = Math.floor(uniform * 2 ** 24) / 2 ** 24;
  }
}
