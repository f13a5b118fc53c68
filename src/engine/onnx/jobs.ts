/** Micro-batches as jobs that streams do side by side. */
import type { LossSpec } from "../../loss/loss.js";
import type { Datum } from "../engine.js";
import type { AdamTask } from "./adamw.js";
import type { Done } from "./claims.js";
import type { SumTask } from "./gradient-norm.js";
import type { Sequence } from "./micro-batch.js";
import type { BatchResult } from "./passes.js";
import type { TokenScore } from "./programs/scores.js";

/** The rows of a micro-batch, and the length that they are padded to. */
export interface Job<D extends Sequence> {
  readonly data: readonly D[];
  readonly time: number;
}

/** What streams do together. It can be sent to another thread. */
export interface Task<D extends Sequence> {
  readonly jobs: readonly Job<D>[];
  /** Memory of `Lanes`. */
  readonly claims: SharedArrayBuffer;
  readonly layerByLayer: boolean;
  /** Rows that reach the vocabulary at a time, layer by layer. */
  readonly headRows: number;
}

export interface TrainingTask extends Task<Datum> {
  readonly loss: LossSpec;
}

export interface ScoringTask extends Task<Sequence> {
  readonly score: TokenScore;
}

/** Is told the rows that a stream has done so far. */
export type OnDone = (rows: number) => void;

/** Another thread's stream. It does jobs until none is left to take. */
export interface WorkingStream {
  /** Gradients are added to those of the jobs' lanes. */
  train(task: TrainingTask, onDone: OnDone): Promise<readonly Done<BatchResult>[]>;
  score(task: ScoringTask, onDone: OnDone): Promise<readonly Done<Float32Array>[]>;
}

/** Another thread's part in an optimiser step. */
export interface OptimisingStream {
  /** `sumLanes` */
  sum(task: SumTask): Promise<readonly Done<number>[]>;
  /** `adamStep` */
  adam(task: AdamTask): Promise<readonly Done<void>[]>;
}

/**
 * What comes of a task that all these streams do, in the order of the jobs. When one fails, the others end the job that they are at.
 * The streams begin in the order given.
 */
export async function together<T>(
  streams: readonly ((onDone: OnDone) => Promise<readonly Done<T>[]>)[],
  onProgress: OnDone = () => {},
): Promise<T[]> {
  const rows = streams.map(() => 0);
  const ended = await Promise.allSettled(
    streams.map((work, i) =>
      work((done) => {
        rows[i] = done;
        onProgress(rows.reduce((a, b) => a + b));
      }),
    ),
  );
  const results: T[] = [];
  for (const end of ended) {
    if (end.status === "rejected") throw end.reason;
    for (const { job, result } of end.value) results[job] = result;
  }
  return results;
}
