/** Data shared out between streams: as jobs, and what comes of them as data again. */

import { sum } from "../../../numbers.js";
import type { StreamThreads } from "../memory/budget.js";
import type { MemoryPlan } from "../memory/memory-plan.js";
import { Lanes } from "../tasks/claims.js";
import { microBatches, type Sequence, split } from "../training/micro-batch.js";

/** The rows of a micro-batch, and the length that they are padded to. */
export interface Job<D extends Sequence> {
  readonly data: readonly D[];
  readonly time: number;
}

/** How jobs go through the model. */
export interface Way {
  readonly layerByLayer: boolean;
  /** Rows that reach the vocabulary at a time, layer by layer. */
  readonly headRows: number;
}

/** Jobs, and who does them. */
export interface SharedWork<D extends Sequence> {
  readonly jobs: readonly Job<D>[];
  readonly way: Way;
  /** Threads of ONNX Runtime of each stream. */
  readonly threads: StreamThreads;
  /** Sums that gradients are added to, and which job is added to which. */
  readonly lanes: number;
  readonly claims: Lanes;
  /** Numbers for each job's tokens, joined, as numbers for each datum's; none for data that were left out. */
  unpack(computed: readonly Float32Array[]): Float32Array[];
}

/** Shares out as the memory allows. All jobs go through the model in the same way, as the longest sequence must. */
export function shareOut<D extends Sequence>(data: readonly D[], memory: MemoryPlan): SharedWork<D> {
  const lengths = data.map(({ prompt, completion }) => prompt.length + completion.length - 1);
  const longest = Math.max(1, ...lengths);
  const tokens = sum(lengths);
  const { threads, lanes, layerByLayer, headRows, sizes } = memory.training(longest, tokens);
  const batches = microBatches(data, sizes);
  const jobs = batches.map(({ members, time }) => ({ data: members.map((i) => data[i] as D), time }));
  return {
    jobs,
    way: { layerByLayer, headRows },
    threads,
    lanes,
    claims: new Lanes(jobs.length, lanes),
    unpack(computed) {
      const out: Float32Array[] = data.map(() => new Float32Array(0));
      for (const [b, { members }] of batches.entries()) {
        const parts = split(computed[b] as Float32Array, jobs[b]?.data ?? []);
        for (const [row, part] of parts.entries()) out[members[row] as number] = part;
      }
      return out;
    },
  };
}
