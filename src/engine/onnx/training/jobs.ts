/** Micro-batches as jobs that streams do side by side. */
import type { LossSpec } from "../../../core/loss/loss.js";
import type { Datum } from "../../engine.js";
import type { TokenScore } from "../programs/scores.js";
import type { Done } from "../threads/claims.js";
import type { OnDone } from "../threads/together.js";
import type { Sequence } from "./micro-batch.js";
import type { BatchResult } from "./passes.js";

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

/** Another thread's stream. It does jobs until none is left to take. */
export interface WorkingStream {
  /** Gradients are added to those of the jobs' lanes. */
  train(task: TrainingTask, onDone: OnDone): Promise<readonly Done<BatchResult>[]>;
  score(task: ScoringTask, onDone: OnDone): Promise<readonly Done<Float32Array>[]>;
}
