/** Micro-batches as one stream has them, each with the data that are its rows. */
import {
  type MicroBatch,
  microBatches,
  pack,
  type Sequence,
} from "../../src/engine/onnx/training/micro-batch.js";

export interface Packed<D> {
  /** Places of the rows among all data. */
  readonly members: readonly number[];
  readonly rows: readonly D[];
  readonly batch: MicroBatch;
}

export function packed<D extends Sequence>(
  data: readonly D[],
  most: number | ((time: number) => number),
  padToken = 0,
): Packed<D>[] {
  const sizes = { most: typeof most === "number" ? () => most : most, least: () => 1, streams: 1 };
  return microBatches(data, sizes).map(({ members, time }) => {
    const rows = members.map((i) => data[i] as D);
    return { members, rows, batch: pack(rows, time, padToken) };
  });
}
