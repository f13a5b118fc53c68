/** Which columns of its lanes a row attends to: those of its tokens, which lie at the end, and the last, of the token to come. */
import { MASKED } from "../runtime/sequence-feeds.js";
import { floats, lasting, shortIntegers, type Tensors } from "../runtime/tensor.js";

export class LaneMask {
  readonly tensors: Tensors;
  readonly #bias: Float32Array;
  readonly #columns: number;

  /** Of rows that have so many tokens, in lanes of so many columns. */
  constructor(lengths: readonly number[], columns: number) {
    const rows = lengths.length;
    this.#bias = new Float32Array(rows * columns);
    this.#columns = columns;
    lengths.forEach((length, row) => {
      this.#bias.fill(MASKED, row * columns, (row + 1) * columns - 1 - length);
    });
    this.tensors = {
      bias: lasting(floats(this.#bias, [rows, 1, 1, columns])),
      past: lasting(shortIntegers(new Int32Array(rows).fill(columns - 1), [rows])),
      total: lasting(shortIntegers(Int32Array.of(columns), [])),
    };
  }

  /** Counts a token more than the `length` that a row had. */
  show(row: number, length: number): void {
    const column = this.#columns - 2 - length;
    if (column >= 0) this.#bias[row * this.#columns + column] = 0;
  }
}
