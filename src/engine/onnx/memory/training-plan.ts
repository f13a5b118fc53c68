/** How sequences are trained on or scored: micro-batches, streams, and whether layers are computed twice. */
import type { LossSpec } from "../../../core/loss/loss.js";
import { headTrainingProgram, layerBackwardProgram, layerForwardProgram } from "../programs/layers.js";
import type { ModelShape } from "../programs/model-inputs.js";
import { scoringProgram, trainingProgram } from "../programs/training.js";
import type { Sizes } from "../training/micro-batch.js";
import { type Budget, lanesOf, type StreamThreads } from "./budget.js";
import { graphBytes, remembered } from "./graph-bytes.js";
import { FEWEST_STREAM_TOKENS, mostSequences, SHARES } from "./shares.js";

/** Tokens of a micro-batch of a stream beside others: with more, values between operators outgrow the processor's caches. */
const MOST_STREAM_TOKENS = 1024;
/** Below so many tokens products slow down by more than computing each layer twice costs. */
const FEWEST_TOKENS = 256;
/** Share of a batch's tokens that reach the vocabulary at a time, where it is reached apart from the layers. */
const HEAD_ROWS = 1 / 4;

export type GradientCheckpointing = "auto" | "always" | "never";

export interface TrainingPlan {
  readonly threads: StreamThreads;
  readonly lanes: number;
  /** Gradient checkpointing: each layer is computed once more on the way back. */
  readonly layerByLayer: boolean;
  /** Rows that then reach the vocabulary at a time. */
  readonly headRows: number;
  /** Of micro-batches that go through the model so. */
  readonly sizes: Sizes;
}

export interface TrainingOptions {
  readonly checkpointing: GradientCheckpointing;
  readonly loss: LossSpec;
  /** False for an engine that only scores. */
  readonly trains: boolean;
}

export class TrainingPlans {
  readonly #budget: Budget;
  readonly #checkpointing: GradientCheckpointing;
  readonly #wholeBytes: (rows: number, time: number) => number;
  readonly #layeredBytes: (rows: number, time: number, headRows: number) => number;
  readonly #headBytes: (rows: number) => number;
  readonly #alone = remembered((time) => this.#planAlone(time));
  readonly #inStreams = remembered((time) => this.#planInStreams(time));

  constructor(shape: ModelShape, budget: Budget, { checkpointing, loss, trains }: TrainingOptions) {
    this.#budget = budget;
    this.#checkpointing = checkpointing;
    const { hiddenSize, layers } = shape.config;
    const { largestTensor } = budget;
    const whole = graphBytes(
      trains ? trainingProgram(shape, loss) : scoringProgram(shape),
      shape,
      largestTensor,
    );
    const forward = graphBytes(layerForwardProgram(shape), shape, largestTensor);
    const backward = graphBytes(layerBackwardProgram(shape), shape, largestTensor);
    const head = graphBytes(headTrainingProgram(shape, loss), shape, largestTensor);
    const width = 4 * hiddenSize;
    this.#headBytes = (rows) => head(1, 1, rows);
    // Embeddings and their gradient are held outside the program.
    this.#wholeBytes = (rows, time) => whole(rows, time) + 2 * rows * time * width;
    // What enters each layer is held; then one layer's, or the head's, values at a time.
    this.#layeredBytes = (rows, time, headRows) =>
      (layers + 3) * rows * time * width +
      forward(rows, time) +
      backward(rows, time) +
      head(1, 1, Math.min(headRows, rows * time));
  }

  /** For sequences of at most `time` tokens, of many tokens or so many in all. */
  plan(time: number, tokens = Infinity): TrainingPlan {
    const { mostTraining } = this.#budget;
    const streams = mostTraining > 1 && tokens >= mostTraining * FEWEST_STREAM_TOKENS;
    return streams ? this.#inStreams(time) : this.#alone(time);
  }

  /** Bytes that a stream has between operators with a micro-batch of so many rows. */
  bytes({ layerByLayer, headRows }: TrainingPlan, rows: number, time: number): number {
    return layerByLayer ? this.#layeredBytes(rows, time, headRows) : this.#wholeBytes(rows, time);
  }

  #planAlone(time: number): TrainingPlan {
    const plan = this.#planFor(1, time);
    if (plan.sizes.most(time) > 0) return plan;
    const least =
      this.#checkpointing === "never" ? this.#wholeBytes(1, time) : this.#layeredBytes(1, time, 1);
    throw this.#budget.tooSmall(`sequence of ${time} tokens`, least / SHARES.training);
  }

  /** In streams, where the memory for each allows what one alone would do. */
  #planInStreams(time: number): TrainingPlan {
    const one = this.#alone(time);
    const plan = this.#planFor(this.#budget.mostTraining, time);
    const enough = Math.min(Math.ceil(FEWEST_TOKENS / time), one.sizes.most(time));
    return plan.sizes.most(time) >= enough && plan.layerByLayer === one.layerByLayer ? plan : one;
  }

  #planFor(streams: number, longest: number): TrainingPlan {
    const headRows = this.#headRows(longest, streams);
    const layerByLayer = this.#checkpointed(longest, streams, headRows);
    const most = remembered((time) => this.#rows(layerByLayer, time, streams, headRows));
    const least = (time: number) => Math.ceil(FEWEST_STREAM_TOKENS / time);
    return {
      threads: this.#budget.threadsOf(streams),
      lanes: lanesOf(streams),
      layerByLayer,
      headRows,
      sizes: { most, least, streams },
    };
  }

  /** Rows that reach the vocabulary at a time: they have half of what one sequence, of which one row does so, leaves. */
  #headRows(time: number, streams: number): number {
    const left = SHARES.training / streams - this.#budget.shareOf(this.#layeredBytes(1, time, 1));
    const bytes = (rows: number) => this.#headBytes(rows) - this.#headBytes(1);
    return Math.max(1, this.#budget.fit(bytes, HEAD_ROWS * this.#budget.most.tokens, left / 2));
  }

  /** Whether layers are computed twice: where that is asked for, or too few rows would fit otherwise. */
  #checkpointed(time: number, streams: number, headRows: number): boolean {
    if (this.#checkpointing !== "auto") return this.#checkpointing === "always";
    const whole = this.#rows(false, time, streams, headRows);
    const enough = Math.min(this.#mostRows(time, streams), Math.ceil(FEWEST_TOKENS / time));
    return whole < enough && this.#rows(true, time, streams, headRows) > whole;
  }

  /** The most rows of a micro-batch that goes through the model so; 0 where not one fits. */
  #rows(layerByLayer: boolean, time: number, streams: number, headRows: number): number {
    const bytes = (rows: number) =>
      layerByLayer ? this.#layeredBytes(rows, time, headRows) : this.#wholeBytes(rows, time);
    return this.#budget.fit(bytes, this.#mostRows(time, streams), SHARES.training / streams);
  }

  #mostRows(time: number, streams: number): number {
    return mostSequences(time, streams === 1 ? this.#budget.most.tokens : MOST_STREAM_TOKENS);
  }
}
