/** Sequences packed into right-padded micro-batches of like lengths, within a limit of rows for each length. */
import type { Datum } from "../engine.js";

type Sequence = Pick<Datum, "prompt" | "completion">;

export interface MicroBatch {
  /** Which data are in it, in row order. */
  readonly members: readonly number[];
  readonly rows: number;
  /** Length of the longest sequence less one: the last token predicts nothing. */
  readonly time: number;
  /** Token ids [rows · time], padded at the end of each row. */
  readonly tokens: Int32Array;
  /** Flat indices [M] of the positions whose next token is a completion token, datum after datum. */
  readonly scored: BigInt64Array;
  /** The completion tokens themselves [M]. */
  readonly targets: BigInt64Array;
}

/** Splits data into micro-batches of like sizes: longest first, `rowLimit(time)` rows at the most. Empty completions are left out. */
export function microBatches(
  data: readonly Sequence[],
  padToken: number,
  rowLimit: (time: number) => number,
): MicroBatch[] {
  const length = (i: number) => {
    const { prompt, completion } = data[i] as Sequence;
    return prompt.length + completion.length - 1;
  };
  const order = data
    .flatMap(({ completion }, i) => (completion.length > 0 ? [i] : []))
    .sort((a, b) => length(b) - length(a) || a - b);
  const out: MicroBatch[] = [];
  for (let at = 0; at < order.length; ) {
    const time = length(order[at] as number);
    // Evenly, so that no batch is left with a row or two: small products are slow ones.
    const left = order.length - at;
    const batches = Math.ceil(left / Math.max(1, rowLimit(time)));
    const members = order.slice(at, at + Math.ceil(left / batches));
    out.push(pack(data, members, time, padToken));
    at += members.length;
  }
  return out;
}

function pack(
  data: readonly Sequence[],
  members: readonly number[],
  time: number,
  padToken: number,
): MicroBatch {
  const tokens = new Int32Array(members.length * time).fill(padToken);
  const scored: bigint[] = [];
  const targets: bigint[] = [];
  members.forEach((member, row) => {
    const { prompt, completion } = data[member] as Sequence;
    const start = row * time;
    tokens.set(prompt, start);
    tokens.set(completion.slice(0, -1), start + prompt.length);
    completion.forEach((token, t) => {
      scored.push(BigInt(start + prompt.length - 1 + t));
      targets.push(BigInt(token));
    });
  });
  return {
    members,
    rows: members.length,
    time,
    tokens,
    scored: BigInt64Array.from(scored),
    targets: BigInt64Array.from(targets),
  };
}

/** Joins one float array a member, in row order: the layout of `scored`. */
export function join(batch: MicroBatch, of: (member: number) => Float32Array): Float32Array {
  const out = new Float32Array(batch.scored.length);
  let at = 0;
  for (const member of batch.members) {
    const part = of(member);
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The inverse of `join`: hands each member its part. */
export function part(
  batch: MicroBatch,
  data: readonly Sequence[],
  joined: Float32Array,
  to: (member: number, part: Float32Array) => void,
): void {
  let at = 0;
  for (const member of batch.members) {
    const { length } = (data[member] as Sequence).completion;
    to(member, joined.slice(at, at + length));
    at += length;
  }
}
