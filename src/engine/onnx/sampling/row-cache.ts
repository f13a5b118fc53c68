/** The keys and values of rows that are drawn together, wherever they lie. */
import type { Tensors } from "../runtime/tensor.js";
import type { Lent } from "./step-feeds.js";

/** A row that begins with a prompt of a prefill: of its `prompt`-th, which has so many tokens. */
export interface Placement {
  readonly row: number;
  readonly prompt: number;
  readonly length: number;
}

export interface RowCache {
  /** Tokens of each row. */
  readonly lengths: readonly number[];
  /** Empties the cache and makes room for rows that begin with at most `prompt` tokens and come to have at most `longest`. */
  reset(rows: number, prompt: number, longest: number): void | Promise<void>;
  /** Gives memory back that so many rows of at most so many tokens do not need. */
  shrink(rows: number, longest: number): void;
  /** Memory for what a prefill of that many prompts of that many tokens gives; good until the next. */
  prefill(prompts: number, time: number): Tensors;
  /** Copies keys and values of a prefill [prompts, kvHeads, time, width] to rows, before the first step. */
  setPrompts(prefill: Tensors, time: number, placements: readonly Placement[]): void | Promise<void>;
  /** Floats of the keys and values of a row, of the longest. */
  readonly rowFloats: number;
  /** Reads the keys and values of a row into memory that has room for them; returns the part that it took. */
  read(row: number, into: Float32Array): Float32Array;
  /** Gives a row what was read out of another cache. */
  write(row: number, cached: Float32Array): void;
  /**
   * What the decode program reads of the cache, with room for a token more, and the same memory for what it writes: the same object until
   * rows change places.
   */
  tensors(): Lent;
  /** Counts the token that a decode step added to every row. */
  grow(): void;
  /** Keeps only the given rows, in ascending order. */
  keep(rows: readonly number[]): void | Promise<void>;
}
