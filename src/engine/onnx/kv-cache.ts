/**
 * The keys and values of the tokens sampled so far, owned here and lent to the decode program, which adds each new token where it
 * belongs. Buffers are taken once at their largest; the part in use is [rows, kvHeads, capacity, width].
 */
import type * as ort from "onnxruntime-node";
import type { ModelConfig } from "../../model/config.js";
import { cachedWidth, keyName, newKeyName, newValueName, valueName } from "./programs/sampling.js";
import { Scratch } from "./scratch.js";
import { floats, floatsOf, shortIntegers, type Tensors } from "./session.js";

/** Columns are added so many at a time: fewer re-layings against more room between lanes. */
const GROWTH = 8;

export class KvCache {
  readonly #config: ModelConfig;
  readonly #names: readonly { readonly cache: string; readonly fresh: string }[];
  readonly #scratch = new Scratch();
  #buffers: Float32Array[] = [];
  #rows = 0;
  #capacity = 0;
  /** Tokens of each row. */
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

  /** Empties the cache and makes room for rows of at most `longest` tokens; buffers grow only when they must. */
  reset(rows: number, longest: number): void {
    const kvHeads = this.#config.kvHeads;
    const width = cachedWidth(this.#config);
    const needed = rows * kvHeads * roundUp(longest) * width;
    if ((this.#buffers[0]?.length ?? 0) < needed) {
      // The old ones go first: both at once might not fit.
      this.#buffers = [];
      this.#buffers = this.#names.map(() => new Float32Array(needed));
    }
    this.#rows = rows;
    this.#capacity = GROWTH;
    this.#lengths = new Array(rows).fill(0);
  }

  /** Memory for what a prefill of that many prompts of that many tokens gives; good until the next. */
  prefill(prompts: number, time: number): Tensors {
    const { kvHeads } = this.#config;
    const width = cachedWidth(this.#config);
    const shape = [prompts, kvHeads, time, width];
    const size = prompts * kvHeads * time * width;
    return Object.fromEntries(
      this.#names.map(({ fresh }) => [fresh, floats(this.#scratch.take(fresh, size), shape)]),
    );
  }

  /** Copies the keys and values of prompt `prompt` of a prefill [prompts, kvHeads, time, width] to a row. */
  setPrompt(row: number, prefill: Tensors, prompt: number, time: number, length: number): void {
    this.#reserve(length + 1);
    const kvHeads = this.#config.kvHeads;
    const width = cachedWidth(this.#config);
    this.#names.forEach(({ fresh }, i) => {
      const source = floatsOf(prefill, fresh);
      const buffer = this.#buffers[i] as Float32Array;
      for (let head = 0; head < kvHeads; head++) {
        const from = (prompt * kvHeads + head) * time * width;
        const to = (row * kvHeads + head) * this.#capacity * width;
        buffer.set(source.subarray(from, from + length * width), to);
      }
    });
    this.#lengths[row] = length;
  }

  /** Counts the token that a decode step added to every row. */
  grow(): void {
    this.#lengths = this.#lengths.map((length) => length + 1);
  }

  /** Keeps only the given rows, in ascending order. */
  keep(rows: readonly number[]): void {
    const kvHeads = this.#config.kvHeads;
    const width = cachedWidth(this.#config);
    const lane = this.#capacity * width;
    rows.forEach((row, to) => {
      if (row === to) return;
      const used = (this.#lengths[row] as number) * width;
      for (const buffer of this.#buffers) {
        for (let head = 0; head < kvHeads; head++) {
          const from = (row * kvHeads + head) * lane;
          buffer.copyWithin((to * kvHeads + head) * lane, from, from + used);
        }
      }
    });
    this.#lengths = rows.map((row) => this.#lengths[row] as number);
    this.#rows = rows.length;
  }

  /** What the decode program reads of the cache, with room for a token more, and the same memory for what it writes. */
  tensors(): { readonly feeds: Tensors; readonly into: Tensors } {
    this.#reserve(Math.max(...this.#lengths) + 1);
    const kvHeads = this.#config.kvHeads;
    const width = cachedWidth(this.#config);
    const shape = [this.#rows, kvHeads, this.#capacity, width];
    const size = this.#rows * kvHeads * this.#capacity * width;
    const feeds: Record<string, ort.Tensor> = {
      lengths: shortIntegers(Int32Array.from(this.#lengths), [this.#rows]),
      longest: shortIntegers(Int32Array.of(Math.max(...this.#lengths) + 1), []),
    };
    const into: Record<string, ort.Tensor> = {};
    this.#names.forEach(({ cache, fresh }, i) => {
      const tensor = floats((this.#buffers[i] as Float32Array).subarray(0, size), shape);
      feeds[cache] = tensor;
      into[fresh] = tensor;
    });
    return { feeds, into };
  }

  /** Widens the lanes of every row, the last first, so that nothing is overwritten before it is moved. */
  #reserve(columns: number): void {
    if (columns <= this.#capacity) return;
    const capacity = roundUp(columns);
    const width = cachedWidth(this.#config);
    const used = Math.max(...this.#lengths) * width;
    for (const buffer of this.#buffers) {
      for (let lane = this.#rows * this.#config.kvHeads - 1; lane > 0; lane--) {
        const from = lane * this.#capacity * width;
        buffer.copyWithin(lane * capacity * width, from, from + used);
      }
    }
    this.#capacity = capacity;
  }
}

const roundUp = (columns: number): number => Math.ceil(columns / GROWTH) * GROWTH;
