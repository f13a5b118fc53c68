/**
 * A decode step's tensors: those that all steps share, the cache's, and of each row its last token, where that is, the number that draws the
 * next, and what is drawn. The memory is kept from step to step, and integers are written and read as the low halves of 64 bits: arrays and
 * big integers made anew would be a percent of a short step.
 */
import { floats, integers, lasting, type Tensor, type Tensors } from "../runtime/tensor.js";

/** What a program reads, and memory for what it writes. */
export interface Lent {
  readonly feeds: Tensors;
  readonly into: Tensors;
}

export class StepFeeds implements Lent {
  readonly feeds: Tensors;
  readonly into: Tensors;
  readonly cached: Lent;
  readonly #ids: Int32Array;
  readonly #positions: Int32Array;
  readonly #tokens: Int32Array;
  readonly #u: Float32Array;
  readonly #logprobs: Float32Array;

  /** Of so many rows, whose keys and values are `cached`. */
  constructor(shared: Tensors, cached: Lent, rows: number) {
    const whole = () => lasting(integers(new BigInt64Array(rows), [rows, 1]));
    const single = () => lasting(floats(new Float32Array(rows), [rows, 1]));
    const low = ({ data }: Tensor) => new Int32Array(data.buffer);
    const [ids, positions, token] = [whole(), whole(), whole()];
    const [u, logprob] = [single(), single()];
    this.cached = cached;
    this.feeds = { ...shared, ...cached.feeds, ids, positions, u };
    this.into = { ...cached.into, token, logprob };
    [this.#ids, this.#positions, this.#tokens] = [low(ids), low(positions), low(token)];
    [this.#u, this.#logprobs] = [u.data, logprob.data];
  }

  /** `uniform` is in [0, 1). */
  write(row: number, token: number, position: number, uniform: number): void {
    this.#ids[2 * row] = token;
    this.#positions[2 * row] = position;
    // 24 bits, so that the number is exact in float32 and never rounds up to 1.
    this.#u[row] = Math.floor(uniform * 2 ** 24) / 2 ** 24;
  }

  /** What was drawn for a row. */
  drawn(row: number): { readonly token: number; readonly logprob: number } {
    return { token: this.#tokens[2 * row] as number, logprob: this.#logprobs[row] as number };
  }
}
