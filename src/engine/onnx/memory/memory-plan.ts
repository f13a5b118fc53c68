/** What fits a memory budget: the micro-batches of training, whether layers are computed twice, and the rows of a decode batch. */
import { availableParallelism } from "node:os";
import { SelftrainError } from "../../../errors.js";
import type { Graph } from "../../../graph/graph.js";
import { peakBytes } from "../../../graph/memory.js";
import type { LossSpec } from "../../../loss/loss.js";
import { adapterSpecs } from "../../../model/lora.js";
import { parameterCount } from "../../../model/parameters.js";
import type { MemoryEstimate } from "../../engine.js";
import { STRETCH } from "../optimiser/adamw.js";
import { headTrainingProgram, layerBackwardProgram, layerForwardProgram } from "../programs/layers.js";
import type { ModelShape } from "../programs/model-inputs.js";
import { cachedWidth, decodeProgram, prefillProgram } from "../programs/sampling.js";
import type { TokenScore } from "../programs/scores.js";
import { scoringProgram, trainingProgram } from "../programs/training.js";
import { HANDOVER_BYTES } from "../sampling/handover.js";
import { cacheColumns } from "../sampling/kv-cache.js";
import type { Sizes } from "../training/micro-batch.js";

const MIB = 2 ** 20;
/** What Node, ONNX Runtime and compiled programs take beside the model and its tokenizer; measured. */
const PROCESS = 185 * MIB;
/** What a token of the vocabulary takes in a tokenizer: its text, its merge, and the tables that find them; measured. */
const TOKENIZER = 1024;
/** What an engine beside another one takes: its programs, and a thread. */
export const SECOND_ENGINE = 60 * MIB;
/**
 * Tokens of a micro-batch that several threads of ONNX Runtime work on: with fewer they spend more of each operator on waiting for one
 * another, and gradients are read and written more often.
 */
const MOST_TOKENS = 2048;
/** Tokens of a micro-batch of a stream beside others: with more, values between operators outgrow the processor's caches. */
const MOST_STREAM_TOKENS = 1024;
/** And with fewer, weights and gradients are read too often for them; threads that would have fewer do not work apart. */
const FEWEST_STREAM_TOKENS = 512;
/** Below so many tokens products slow down by more than computing each layer twice costs. */
const FEWEST_TOKENS = 256;
/** Beyond this many rows a decode step gets no cheaper per row. */
const MOST_ROWS = 256;
/** With fewer rows than this, a stream of them spends too much of its time on reading weights. */
const FEWEST_ROWS = 64;
/** What a thread that helps takes beside its cache and its micro-batches: its programs, and itself; measured. */
const HELPER = 40 * MIB;
/** Threads help where they and the gradients of their lanes take no more than this share of what weights, moments and gradients leave. */
const HELP = 0.2;
/** Rows that reach the vocabulary at a time, where it is reached apart from the layers. */
const HEAD_ROWS = 512;
/**
 * Shares of what weights, moments and gradients leave. A program keeps the memory that it took, so that what samples and what trains
 * are there at once.
 */
const SHARES = { training: 0.6, decoding: 0.3, prefilling: 0.1 } as const;

export type GradientCheckpointing = "auto" | "always" | "never";

/** Sums that streams add gradients to: with one more than streams, a faster stream can do more of the micro-batches. */
const lanesOf = (streams: number): number => (streams === 1 ? 1 : streams + 1);

export interface TrainingPlan {
  /** Threads of ONNX Runtime of each stream, this engine's own first; one stream of all threads where others do not help. */
  readonly threads: readonly [number, ...number[]];
  readonly lanes: number;
  /** Gradient checkpointing: each layer is computed once more on the way back. */
  readonly layerByLayer: boolean;
  /** Rows that then reach the vocabulary at a time. */
  readonly headRows: number;
  /** Of micro-batches that go through the model so. */
  readonly sizes: Sizes;
}

/** What is to be drawn. */
export interface Draw {
  readonly rows: number;
  /** Tokens of the longest prompt. */
  readonly prompt: number;
  /** Tokens of all prompts; a prompt of several rows counts once. */
  readonly promptTokens: number;
  /** Tokens of the longest row in the end. */
  readonly tokens: number;
}

/** How sampling is shared out. */
export interface StreamPlan {
  /** Threads of ONNX Runtime of each stream, this engine's own first; one stream of all threads where others do not help. */
  readonly threads: readonly [number, ...number[]];
  /** Rows that a stream decodes at a time. */
  readonly decodeRows: number;
  /** Prompts of at most this many tokens that a stream prefills at a time. */
  readonly prefillRows: (time: number) => number;
}

export interface MemoryPlan {
  /** How sequences of at most `time` tokens are trained on or scored, of many tokens or so many in all. */
  training(time: number, tokens?: number): TrainingPlan;
  /** Threads of each stream that takes part in an optimiser step. */
  readonly optimising: readonly [number, ...number[]];
  /** Rows of a decode batch whose rows grow to this many tokens. */
  decodeRows(tokens: number): number;
  /** How completions are drawn. */
  streams(draw: Draw): StreamPlan;
  /** Bytes expected for a step of the given shape. */
  estimate(rollouts: number, promptTokens: number, newTokens: number, beside?: Beside): MemoryEstimate;
}

/** What a step has beside the current policy and its training. */
export interface Beside {
  /** The weights of the policy that training started from are held. */
  readonly start: boolean;
  /** Copies of what is trained. */
  readonly copies: number;
  /** What completions are scored for, by whatever policy; null where they are not. */
  readonly scores: TokenScore | null;
  /** Rollouts a step, where more are sampled than trained. */
  readonly sampled?: number;
}

const NOTHING: Beside = { start: false, copies: 0, scores: null };

/** Peak bytes of a run of a graph on this many rows of this many tokens. */
function graphBytes(
  graph: Graph,
  shape: ModelShape,
): (rows: number, time: number, scored?: number) => number {
  const bytes = peakBytes(graph);
  return (rows, time, scored = rows * time) =>
    bytes({
      B: rows,
      T: time,
      N: rows * time,
      M: scored,
      C: time,
      P: shape.config.contextLength,
    });
}

/** Plans are asked for again and again, and lengths are few. */
function remembered<T>(plan: (time: number) => T): (time: number) => T {
  const known = new Map<number, T>();
  return (time) => {
    const found = known.get(time) ?? plan(time);
    known.set(time, found);
    return found;
  };
}

/** Parameters that training changes. */
export const trainedCount = ({ config, lora }: ModelShape): number =>
  lora ? adapterSpecs(config, lora).reduce((sum, { size }) => sum + size, 0) : parameterCount(config);

export interface PlanOptions {
  readonly budgetMiB: number;
  readonly threads: number;
  /** Whether other threads may help; true by default. */
  readonly helped?: boolean | undefined;
  readonly checkpointing?: GradientCheckpointing | undefined;
  readonly loss?: LossSpec | undefined;
  /** False for an engine that only scores, beside one that trains: it holds weights, and no moments or gradients. */
  readonly trains?: boolean | undefined;
}

/** Of an engine that is created with these settings. */
export const planOptions = (engine: {
  readonly memoryBudgetMiB: number;
  readonly threads?: number | undefined;
  readonly gradientCheckpointing?: GradientCheckpointing | undefined;
}): PlanOptions => ({
  budgetMiB: engine.memoryBudgetMiB,
  threads: engine.threads ?? availableParallelism(),
  checkpointing: engine.gradientCheckpointing,
});

export function planMemory(
  shape: ModelShape,
  {
    budgetMiB,
    threads,
    helped = true,
    checkpointing = "auto",
    loss = { kind: shape.config.head === "scalar" ? "linear" : "importance-sampling" },
    trains = true,
  }: PlanOptions,
): MemoryPlan {
  const { config, lora } = shape;
  const parameters = parameterCount(config);
  const trained = trains ? trainedCount(shape) : 0;
  const weights = 4 * (parameters + (lora ? trained : 0));
  const optimizer = 8 * trained;
  const gradients = 4 * trained;
  const own = trains ? PROCESS + TOKENIZER * config.vocabSize : SECOND_ENGINE;
  const fixed = own + weights + optimizer + gradients;
  // A scalar head samples nothing.
  const samples = config.head === "vocabulary";
  const threadsOf = (streams: number): readonly [number, ...number[]] => {
    const share = (i: number) => Math.floor((threads + streams - 1 - i) / streams);
    return [share(0), ...Array.from({ length: streams - 1 }, (_, i) => share(i + 1))];
  };
  /** The most streams that may take so much of what is left. Streams of as many threads each end together. */
  const streamsWithin = (bytes: (streams: number) => number): number =>
    [4, 3, 2]
      .toSorted((a, b) => Number(threads % a !== 0) - Number(threads % b !== 0))
      .find((n) => helped && trains && n <= threads && bytes(n) <= HELP * (budgetMiB * MIB - fixed)) ?? 1;
  const helperBytes = (streams: number) => (streams - 1) * HELPER;
  const laneBytes = (streams: number) => (lanesOf(streams) - 1) * gradients;
  const handoverMost = (streams: number) => (streams === 1 ? 0 : streams * HANDOVER_BYTES);
  const mostStreams = samples ? streamsWithin((n) => helperBytes(n) + handoverMost(n)) : 1;
  const mostTraining = streamsWithin((n) => helperBytes(n) + laneBytes(n));
  const helping = helperBytes(Math.max(mostStreams, mostTraining));
  const working = budgetMiB * MIB - fixed - helping - laneBytes(mostTraining) - handoverMost(mostStreams);

  const whole = graphBytes(trains ? trainingProgram(shape, loss) : scoringProgram(shape), shape);
  const forward = graphBytes(layerForwardProgram(shape), shape);
  const backward = graphBytes(layerBackwardProgram(shape), shape);
  const head = graphBytes(headTrainingProgram(shape, loss), shape);
  const decode = samples ? graphBytes(decodeProgram(shape), shape) : () => 0;
  const prefill = samples ? graphBytes(prefillProgram(shape), shape) : () => 0;

  const width = 4 * config.hiddenSize;
  /** The most rows that fit, by bisection: the peak is no straight line. 0 where not one does. */
  const fit = (bytes: (rows: number) => number, most: number, share: number): number => {
    let low = 0;
    let high = most;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (bytes(middle) <= working * share) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  /** Embeddings and their gradient are held outside the program. */
  const wholeBytes = (rows: number, time: number) => whole(rows, time) + 2 * rows * time * width;
  const headBytes = (rows: number) => head(1, 1, rows);
  /** What enters each layer is held; then one layer's, or the head's, values at a time. */
  const layeredBytes = (rows: number, time: number, headRows: number) =>
    (config.layers + 3) * rows * time * width +
    forward(rows, time) +
    backward(rows, time) +
    headBytes(Math.min(headRows, rows * time));
  const mostSequences = (time: number, tokens: number) => Math.max(1, Math.floor(tokens / time));

  const tooSmall = (what: string, needed: number): SelftrainError =>
    new SelftrainError({
      code: "memory-budget-too-small",
      message: `one ${what} does not fit the memory budget`,
      found: `${budgetMiB} MiB`,
      expected: `at least ${Math.ceil((fixed + needed) / MIB)} MiB`,
      where: "engine.memoryBudgetMiB",
      remedy: "raise engine.memoryBudgetMiB, shorten prompts and completions, or train an adapter (lora)",
    });

  const mostRows = (time: number, streams: number) =>
    mostSequences(time, streams === 1 ? MOST_TOKENS : MOST_STREAM_TOKENS);
  /** Rows that reach the vocabulary at a time: they have half of what one sequence, of which one row does so, leaves. */
  const headRowsOf = (time: number, streams: number): number => {
    const left = SHARES.training / streams - layeredBytes(1, time, 1) / working;
    return Math.max(
      1,
      fit((n) => headBytes(n) - headBytes(1), HEAD_ROWS, left / 2),
    );
  };
  /** The most rows of a micro-batch that goes through the model so; 0 where not one fits. */
  const rowsIn = (layerByLayer: boolean, time: number, streams: number, headRows: number): number => {
    const bytes = (n: number) => (layerByLayer ? layeredBytes(n, time, headRows) : wholeBytes(n, time));
    return fit(bytes, mostRows(time, streams), SHARES.training / streams);
  };
  /** Whether layers are computed twice: where that is asked for, or too few rows would fit otherwise. */
  const checkpointed = (time: number, streams: number, headRows: number): boolean => {
    if (checkpointing !== "auto") return checkpointing === "always";
    const whole = rowsIn(false, time, streams, headRows);
    const enough = Math.min(mostRows(time, streams), Math.ceil(FEWEST_TOKENS / time));
    return whole < enough && rowsIn(true, time, streams, headRows) > whole;
  };
  const trainingIn = (streams: number, longest: number): TrainingPlan => {
    const headRows = headRowsOf(longest, streams);
    const layerByLayer = checkpointed(longest, streams, headRows);
    const most = remembered((time) => rowsIn(layerByLayer, time, streams, headRows));
    const least = (time: number) => Math.ceil(FEWEST_STREAM_TOKENS / time);
    return {
      threads: threadsOf(streams),
      lanes: lanesOf(streams),
      layerByLayer,
      headRows,
      sizes: { most, least, streams },
    };
  };
  const alone = remembered((time: number): TrainingPlan => {
    const plan = trainingIn(1, time);
    const least = checkpointing === "never" ? wholeBytes(1, time) : layeredBytes(1, time, 1);
    if (plan.sizes.most(time) === 0) throw tooSmall(`sequence of ${time} tokens`, least / SHARES.training);
    return plan;
  });
  /** In streams, where the memory for each allows what one alone would do. */
  const inStreams = remembered((time: number): TrainingPlan => {
    const one = alone(time);
    const plan = trainingIn(mostTraining, time);
    const enough = Math.min(Math.ceil(FEWEST_TOKENS / time), one.sizes.most(time));
    return plan.sizes.most(time) >= enough && plan.layerByLayer === one.layerByLayer ? plan : one;
  });
  const training = (time: number, tokens = Infinity): TrainingPlan =>
    mostTraining > 1 && tokens >= mostTraining * FEWEST_STREAM_TOKENS ? inStreams(time) : alone(time);

  const cacheRow = (tokens: number) => 8 * config.layers * config.kvHeads * cachedWidth(config) * tokens;
  const decodeBytes = (rows: number, tokens: number) =>
    rows * cacheRow(cacheColumns(tokens)) + decode(rows, 1);
  /** Keys and values leave the program before they are copied to the cache. */
  const prefillBytes = (rows: number, time: number) => prefill(rows, time) + rows * cacheRow(time);
  const rowsOf = (bytes: (rows: number) => number, most: number, share: number, what: string): number => {
    const rows = fit(bytes, most, share);
    if (rows === 0) throw tooSmall(what, bytes(1) / share);
    return rows;
  };
  const decodeRows = remembered((tokens) =>
    rowsOf((n) => decodeBytes(n, tokens), MOST_ROWS, SHARES.decoding, `row of ${tokens} tokens`),
  );
  const prefillRows = remembered((time) =>
    rowsOf(
      (n) => prefillBytes(n, time),
      mostSequences(time, MOST_TOKENS),
      SHARES.prefilling,
      `prompt of ${time} tokens`,
    ),
  );
  /** Whether each of the most streams can prefill a prompt at a time at the least. */
  const prefillInStreams = remembered(
    (time) => fit((n) => prefillBytes(n, time), mostStreams, SHARES.prefilling) === mostStreams,
  );

  const streams = ({ rows, prompt, promptTokens, tokens }: Draw): StreamPlan => {
    const most = Math.min(rows, decodeRows(tokens));
    const fits = prefillInStreams(Math.max(1, prompt));
    // With few rows, streams are worth it where prompts are most of the work.
    const reading =
      promptTokens >= mostStreams * FEWEST_STREAM_TOKENS && promptTokens >= rows * (tokens - prompt);
    const count = fits && (reading || most >= mostStreams * FEWEST_ROWS) ? mostStreams : 1;
    return {
      threads: threadsOf(count),
      decodeRows: Math.floor(decodeRows(tokens) / count),
      prefillRows: (time) => Math.max(1, Math.floor(prefillRows(time) / count)),
    };
  };

  /** What the rows take that `count` streams hand over. */
  const handoverBytes = (count: number, rows: number, tokens: number): number => {
    if (count === 1) return 0;
    const half = Math.min(rows, decodeRows(tokens)) / count / 2;
    return count * Math.min(HANDOVER_BYTES, half * cacheRow(tokens));
  };

  // What is one stretch leaves nothing to share.
  const optimising = threadsOf(trained > STRETCH ? mostTraining : 1);

  return {
    training,
    optimising,
    decodeRows,
    streams,
    estimate(rollouts, promptTokens, newTokens, { start, copies, scores, sampled = rollouts } = NOTHING) {
      const time = promptTokens + newTokens - 1;
      const plan = training(time, rollouts * time);
      const workers = plan.threads.length;
      const rows = Math.min(Math.ceil(rollouts / workers), plan.sizes.most(time));
      // Layer by layer, scoring runs the forward programs that training has.
      const scoring =
        scores !== null && !plan.layerByLayer
          ? graphBytes(scoringProgram(shape, scores), shape)(rows, time)
          : 0;
      const activations =
        workers *
        (scoring + (plan.layerByLayer ? layeredBytes(rows, time, plan.headRows) : wholeBytes(rows, time)));
      const all = { rows: sampled, promptTokens: sampled * promptTokens };
      const drawing = samples
        ? streams({ ...all, prompt: promptTokens, tokens: time + 1 }).threads.length
        : 1;
      const sampling = samples
        ? decodeBytes(Math.min(sampled, decodeRows(time + 1)), time + 1) +
          prefillBytes(Math.min(sampled, prefillRows(promptTokens)), promptTokens) +
          handoverBytes(drawing, sampled, time + 1)
        : 0;
      const parts = {
        process: own + helperBytes(Math.max(drawing, workers, optimising.length)),
        weights: weights + (start && !lora ? weights : 0) + 4 * trained * copies,
        optimizer,
        gradients: gradients + laneBytes(workers),
        activations,
        sampling,
      };
      return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
    },
  };
}
