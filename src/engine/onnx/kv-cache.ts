/**
 * The keys and values of the tokens sampled so far, owned here and lent to the decode program as views. Buffers are
 * taken once at their largest; the part in use [rows, kvHeads, capacity, headDim] is re-laid in place as capacity grows
 * and as finished rows leave.
 */
import type * as ort from "onnxruntime-node";
import type { ModelConfig } from "../../model/config.js";
import { keyName, newKeyName, newValueName, valueName } from "./programs/sampling.js";
import { MASKED } from "./sequence-feeds.js";
import { floats, floatsOf, type Tensors } from "./session.js";

/** Columns are added this many at a time: fewer re-layings against less masked work. */
const GROWTH = 16;

export class KvCache {
  readonly #config: ModelConfig;
  readonly #names: readonly { readonly cache: string; readonly fresh: string }[];
  #buffers: Float32Array[] = [];
  #bias = new Float32Array(0);
  #rows = 0;
  #capacity = 0;
  /** Filled columns of each row. */
  #lengths: number[] = [];

  constructor(config: ModelConfig) {
    this.#config = config;
    this.#names = Array.from({ length: config.layers }, (_, layer) => [
      { cache: keyName(layer), fresh: newKeyName(layer) },
      { cache: valueName(layer), fresh: newValueName(layer) },
    ]).flat();
  }

  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Empties the cache and makes room for rows of at most `longest` columns; buffers grow only when they must. */
  reset(rows: number, longest: number): void {
    const { kvHeads, headDim } = this.#config;
    const most = Math.ceil(longest / GROWTH) * GROWTH;
    const needed = rows * kvHeads * most * headDim;
    if ((this.#buffers[0]?.length ?? 0) < needed) {
      this.#buffers = this.#names.map(() => new Float32Array(needed));
    } else {
      // Masked columns get the weight 0, and 0 times the NaN that a diverged policy left there would not be 0.
      for (const buffer of this.#buffers) buffer.fill(0, 0, needed);
    }
    this.#rows = rows;
    this.#capacity = GROWTH;
    this.#lengths = new Array(rows).fill(0);
    this.#renewBias();
  }

  /** Copies the keys and values of prompt `prompt` of a prefill [prompts, kvHeads, time, headDim] to a row. */
  setPrompt(row: number, prefill: Tensors, prompt: number, time: number, length: number): void {
    this.reserve(length + 1);
    const { kvHeads, headDim } = this.#config;
    this.#names.forEach(({ fresh }, i) => {
      const source = floatsOf(prefill, fresh);
      const buffer = this.#buffers[i] as Float32Array;
      for (let head = 0; head < kvHeads; head++) {
        const from = (prompt * kvHeads + head) * time * headDim;
        buffer.set(
          source.subarray(from, from + length * headDim),
          (row * kvHeads + head) * this.#capacity * headDim,
        );
      }
    });
    this.#lengths[row] = length;
    this.#bias.fill(0, row * this.#capacity, row * this.#capacity + length);
  }

  /** Adds the column that a decode step made for every row. */
  append(decoded: Tensors): void {
    this.reserve(Math.max(...this.#lengths) + 1);
    const { kvHeads, headDim } = this.#config;
    this.#names.forEach(({ fresh }, i) => {
      const source = floatsOf(decoded, fresh);
      const buffer = this.#buffers[i] as Float32Array;
      let from = 0;
      for (let row = 0; row < this.#rows; row++) {
        const column = this.#lengths[row] as number;
        for (let head = 0; head < kvHeads; head++) {
          const to = ((row * kvHeads + head) * this.#capacity + column) * headDim;
          // A loop of a few dozen numbers beats the cost of making a view for `set`.
          for (let d = 0; d < headDim; d++) buffer[to + d] = source[from + d] as number;
          from += headDim;
        }
      }
    });
    for (let row = 0; row < this.#rows; row++) {
      const column = this.#lengths[row] as number;
      this.#bias[row * this.#capacity + column] = 0;
      this.#lengths[row] = column + 1;
    }
  }

  /** Keeps only the given rows, in ascending order. */
  keep(rows: readonly number[]): void {
    const stride = this.#config.kvHeads * this.#capacity * this.#config.headDim;
    for (const buffer of this.#buffers) {
      rows.forEach((row, to) => {
        if (row !== to) buffer.copyWithin(to * stride, row * stride, (row + 1) * stride);
      });
    }
    this.#lengths = rows.map((row) => this.#lengths[row] as number);
    this.#rows = rows.length;
    this.#renewBias();
  }

  /** Feeds of the decode program. */
  feeds(): Record<string, ort.Tensor> {
    const { kvHeads, headDim } = this.#config;
    const shape = [this.#rows, kvHeads, this.#capacity, headDim];
    const size = this.#rows * kvHeads * this.#capacity * headDim;
    return {
      bias: floats(this.#bias, [this.#rows, 1, 1, this.#capacity]),
      ...Object.fromEntries(
        this.#names.map(({ cache }, i) => [
          cache,
          floats((this.#buffers[i] as Float32Array).subarray(0, size), shape),
        ]),
      ),
    };
  }

  /** Widens the columns of every row, moving the last rows first so that nothing is overwritten before it is read. */
  reserve(columns: number): void {
    if (columns <= this.#capacity) return;
    const capacity = Math.ceil(columns / GROWTH) * GROWTH;
    const { kvHeads, headDim } = this.#config;
    const used = Math.max(...this.#lengths) * headDim;
    for (const buffer of this.#buffers) {
      for (let lane = this.#rows * kvHeads - 1; lane > 0; lane--) {
        const from = lane * this.#capacity * headDim;
        buffer.copyWithin(lane * capacity * headDim, from, from + used);
      }
    }
    this.#capacity = capacity;
    this.#renewBias();
  }

  #renewBias(): void {
    this.#bias = new Float32Array(this.#rows * this.#capacity).fill(MASKED);
    this.#lengths.forEach((length, row) => {
      this.#bias.fill(0, row * this.#capacity, row * this.#capacity + length);
    });
  }
}
