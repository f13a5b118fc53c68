/** What a loss is fed for a micro-batch, and for a part of its rows. */
import { isPolicyLoss, type LossSpec } from "../../../core/loss/loss.js";
import type { Datum } from "../../engine.js";
import { UNREACHED } from "../programs/losses.js";
import { floats, integers, type Tensors } from "../runtime/tensor.js";
import { join } from "./micro-batch.js";

export interface LossFeeds {
  /** By name, a number for each scored row [M]. */
  readonly rows: Readonly<Record<string, Float32Array>>;
  readonly scalars: Tensors;
  /** The first row of each row's sequence [M]; null where the loss looks at tokens alone. */
  readonly firsts: Int32Array | null;
}

/** Of a micro-batch that these data are the rows of. */
export function lossFeeds(data: readonly Datum[], loss: LossSpec): LossFeeds {
  const rows = (of: (datum: Datum) => Float32Array) => join(data.map(of));
  const weights = rows(({ weights }) => weights);
  if (!isPolicyLoss(loss)) return { rows: { weights }, scalars: {}, firsts: null };
  const { kl, entropyBonus } = loss;
  const sequences = loss.kind === "gspo";
  const lengths = ({ completion }: Datum) => new Float32Array(completion.length).fill(completion.length);
  return {
    rows: {
      weights,
      samplerLogprobs: rows(({ logprobs }) => logprobs as Float32Array),
      ...(kl ? { reference: rows(({ reference }) => reference as Float32Array) } : {}),
      ...(kl || entropyBonus !== undefined ? { scales: rows(({ scales }) => scales as Float32Array) } : {}),
      ...(sequences ? { lengths: rows(lengths) } : {}),
    },
    scalars: scalars({
      ...("low" in loss ? { lowest: 1 - loss.low, highest: 1 + loss.high } : {}),
      // Without a bound, one that no ratio reaches.
      ...(loss.kind === "ppo-clip" ? { dual: loss.dualClip ?? UNREACHED } : {}),
      ...(kl ? { klCoefficient: kl.coefficient } : {}),
      ...(entropyBonus === undefined ? {} : { entropyBonus }),
    }),
    firsts: sequences ? firstRows(data) : null,
  };
}

const scalars = (values: Readonly<Record<string, number>>): Tensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, floats(Float32Array.of(value), [])]),
  );

function firstRows(data: readonly Datum[]): Int32Array {
  let at = 0;
  return Int32Array.from(
    data.flatMap(({ completion: { length } }) => {
      at += length;
      return new Array<number>(length).fill(at - length);
    }),
  );
}

/**
 * Feeds of the rows from `from` up to `to`. `logprobs` [M] are asked for where sequences count and not all rows are taken: what
 * of a sequence lies outside is then known from them.
 */
export function feedsOfRows(
  { rows, scalars, firsts }: LossFeeds,
  from: number,
  to: number,
  logprobs: Float32Array | null = null,
): Tensors {
  const shape = [to - from];
  const parts = Object.entries(rows).map(([name, values]) => [
    name,
    floats(values.subarray(from, to), shape),
  ]);
  if (!firsts) return { ...scalars, ...Object.fromEntries(parts) };
  const outside = new Float32Array(to - from);
  const sampled = rows.samplerLogprobs as Float32Array;
  if (logprobs) {
    const sums = new Float64Array(firsts.length);
    firsts.forEach((first, row) => {
      if (row < from || row >= to) sums[first]! += (logprobs[row] as number) - (sampled[row] as number);
    });
    for (let row = from; row < to; row++) outside[row - from] = sums[firsts[row] as number] as number;
  }
  const sequence = BigInt64Array.from({ length: to - from }, (_, i) =>
    BigInt(Math.max((firsts[from + i] as number) - from, 0)),
  );
  return {
    ...scalars,
    ...Object.fromEntries(parts),
    outside: floats(outside, shape),
    sequence: integers(sequence, shape),
  };
}
