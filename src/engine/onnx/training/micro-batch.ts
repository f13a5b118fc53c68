/** Sequences packed into right-padded micro-batches of like lengths, within a limit of rows for each length. */
import type { Datum } from "../../engine.js";

export type Sequence = Pick<Datum, "prompt" | "completion">;

/** What a micro-batch is to hold. */
export interface Members {
  /** Which data, longest first. */
  readonly members: readonly number[];
  /** Length of the longest sequence less one: the last token predicts nothing. */
  readonly time: number;
}

export interface MicroBatch {
  readonly rows: number;
  /** Length that rows are padded to. */
  readonly time: number;
  /** Token ids [rows · time], padded at the end of each row. */
  readonly tokens: Int32Array;
  /** Flat indices [M] of the positions whose next token is a completion token, datum after datum. */
  readonly scored: BigInt64Array;
  /** The completion tokens themselves [M]. */
  readonly targets: BigInt64Array;
}

/** How large micro-batches are, by the length of their longest sequence. */
export interface Sizes {
  /** Rows at the most. */
  most(time: number): number;
  /** Rows below which a micro-batch costs more than it helps streams to end together. */
  least(time: number): number;
  /** Streams that take micro-batches as they come. */
  readonly streams: number;
}

/** The next micro-batch of several streams has this share of what is left, divided among them. */
const NEXT = 2 / 3;

/**
 * Rows of the next micro-batch, of so many that are left. For one stream micro-batches are of like sizes; for several they become
 * smaller towards the end, so that a slower stream is not left alone with a large one (guided self-scheduling, Polychronopoulos & Kuck
 * 1987).
 */
function nextSize(left: number, time: number, { most, least, streams }: Sizes): number {
  const limit = Math.max(1, most(time));
  // Evenly, so that no batch is left with a row or two: small products are slow ones.
  if (streams === 1) return Math.ceil(left / Math.ceil(left / limit));
  const fewest = Math.min(least(time), limit);
  const share = Math.max(fewest, Math.ceil((NEXT * left) / streams));
  if (left - share >= fewest) return Math.min(limit, share);
  // What is left is one more batch, or two.
  return Math.min(limit, left > 1.25 * fewest ? Math.ceil(left / 2) : left);
}

/** Splits data into micro-batches: longest sequences first. Empty completions are left out. */
export function microBatches(data: readonly Sequence[], sizes: Sizes): Members[] {
  const length = (i: number) => {
    const { prompt, completion } = data[i] as Sequence;
    return prompt.length + completion.length - 1;
  };
  const order = data
    .flatMap(({ completion }, i) => (completion.length > 0 ? [i] : []))
    .sort((a, b) => length(b) - length(a) || a - b);
  const out: Members[] = [];
  for (let at = 0; at < order.length; ) {
    const time = length(order[at] as number);
    const members = order.slice(at, at + nextSize(order.length - at, time, sizes));
    out.push({ members, time });
    at += members.length;
  }
  return out;
}

/** Micro-batches that so many sequences of a length are split into. */
export function countMicroBatches(sequences: number, time: number, sizes: Sizes): number {
  let count = 0;
  for (let left = sequences; left > 0; left -= nextSize(left, time, sizes)) count++;
  return count;
}

/** The data as rows of `time` tokens. */
export function pack(data: readonly Sequence[], time: number, padToken: number): MicroBatch {
  const tokens = new Int32Array(data.length * time).fill(padToken);
  const scored: bigint[] = [];
  const targets: bigint[] = [];
  data.forEach(({ prompt, completion }, row) => {
    const start = row * time;
    tokens.set(prompt, start);
    tokens.set(completion.slice(0, -1), start + prompt.length);
    completion.forEach((token, t) => {
      scored.push(BigInt(start + prompt.length - 1 + t));
      targets.push(BigInt(token));
    });
  });
  return {
    rows: data.length,
    time,
    tokens,
    scored: BigInt64Array.from(scored),
    targets: BigInt64Array.from(targets),
  };
}

/** Joins one float array a datum, in row order: the layout of `scored`. */
export function join(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The inverse of `join`: a part for each datum. */
export function split(joined: Float32Array, data: readonly Sequence[]): Float32Array[] {
  let at = 0;
  return data.map(({ completion }) => {
    at += completion.length;
    return joined.slice(at - completion.length, at);
  });
}
