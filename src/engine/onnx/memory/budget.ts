/** What the memory budget leaves for values between operators: all but the process, weights, moments, gradients and streams. */
import { SelftrainError } from "../../../errors.js";
import { adapterSpecs } from "../../../model/lora.js";
import { parameterCount } from "../../../model/parameters.js";
import type { Device } from "../c-api/session.js";
import type { ModelShape } from "../programs/model-inputs.js";
import { HANDOVER_BYTES } from "../sampling/handover.js";
import { tensorTooLarge } from "./device-limit.js";
import { MOST, type Most } from "./shares.js";

const MIB = 2 ** 20;
/** What Node, ONNX Runtime and compiled programs take beside the model and its tokenizer; measured. */
const PROCESS = 185 * MIB;
/** What a token of the vocabulary takes in a tokenizer: its text, its merge, and the tables that find them; measured. */
const TOKENIZER = 1024;
/** What an engine beside another one takes: its programs, and a thread. */
export const SECOND_ENGINE = 60 * MIB;
/** What each stream but the first takes beside its cache and its micro-batches: its programs; measured. */
const STREAM = 40 * MIB;
/** There are several streams where they and the gradients of their lanes take no more than this share of what weights, moments and gradients leave. */
const MOST_SHARE = 0.2;

/** Threads of ONNX Runtime of each stream; one stream of all threads where there is no room for several. */
export type StreamThreads = readonly [number, ...number[]];

export interface BudgetOptions {
  readonly budgetMiB: number;
  readonly threads: number;
  /** Weights and moments lie on a graphics device too, and gradients there alone, each twice; one thread drives it. */
  readonly device: Device;
  /** Bytes that a command of the device binds of one tensor. */
  readonly largestBinding: number;
  /** False for an engine that only scores, beside one that trains: it holds weights, and no moments or gradients. */
  readonly trains: boolean;
}

/** Bytes that are taken whatever is done. */
interface Fixed {
  readonly process: number;
  readonly weights: number;
  readonly optimizer: number;
  /** Of one lane. */
  readonly gradients: number;
}

/** Parameters that training changes. */
export const trainedCount = ({ config, lora }: ModelShape): number =>
  lora ? adapterSpecs(config, lora).reduce((sum, { size }) => sum + size, 0) : parameterCount(config);

/** Sums that streams add gradients to: with one more than streams, a faster stream can do more of the micro-batches. */
export const lanesOf = (streams: number): number => (streams === 1 ? 1 : streams + 1);

export class Budget {
  readonly fixed: Fixed;
  /** The most streams that sample. */
  readonly mostStreams: number;
  /** The most streams that train. */
  readonly mostTraining: number;
  readonly #options: BudgetOptions;
  /** What is left for values between operators, and the cache. */
  readonly #working: number;

  constructor(shape: ModelShape, options: BudgetOptions) {
    const { config, lora } = shape;
    const { budgetMiB, trains, device } = options;
    const places = device === "gpu" ? 2 : 1;
    const trained = trains ? trainedCount(shape) : 0;
    const table = 4 * config.vocabSize * config.hiddenSize;
    // A gradient of embeddings that takes several bindings is added by way of one more tensor of its size.
    const spread = trained > 0 && !lora && table > options.largestBinding ? table : 0;
    this.#options = options;
    this.fixed = {
      process: trains ? PROCESS + TOKENIZER * config.vocabSize : SECOND_ENGINE,
      weights: 4 * places * (parameterCount(config) + (lora ? trained : 0)),
      optimizer: 8 * places * trained,
      gradients: 4 * places * trained + spread,
    };
    const left = budgetMiB * MIB - this.#fixedBytes;
    const handover = (streams: number) => (streams === 1 ? 0 : streams * HANDOVER_BYTES);
    // A scalar head samples nothing.
    const samples = config.head === "vocabulary";
    this.mostStreams = samples ? this.#streamsWithin(left, (n) => this.programs(n) + handover(n)) : 1;
    this.mostTraining = this.#streamsWithin(left, (n) => this.programs(n) + this.lanes(n));
    const beside = this.programs(Math.max(this.mostStreams, this.mostTraining));
    this.#working = left - beside - this.lanes(this.mostTraining) - handover(this.mostStreams);
  }

  /** Bytes of the programs of so many streams but the first. */
  programs(streams: number): number {
    return (streams - 1) * STREAM;
  }

  /** Bytes of the gradients of their lanes but the first. */
  lanes(streams: number): number {
    return (lanesOf(streams) - 1) * this.fixed.gradients;
  }

  threadsOf(streams: number): StreamThreads {
    const share = (i: number) => Math.floor((this.#options.threads + streams - 1 - i) / streams);
    return [share(0), ...Array.from({ length: streams - 1 }, (_, i) => share(i + 1))];
  }

  /** The most rows that fit a share of what is left, by bisection: the peak is no straight line. 0 where not one does. */
  fit(bytes: (rows: number) => number, most: number, share: number): number {
    let low = 0;
    let high = most;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (bytes(middle) <= this.#working * share) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The share of what is left that so many bytes are. */
  shareOf(bytes: number): number {
    return bytes / this.#working;
  }

  /** Bytes of the largest value that a run may make. */
  get largestTensor(): number {
    return this.#options.largestBinding;
  }

  /** What is worked on at a time, at the most. */
  get most(): Most {
    return MOST[this.#options.device];
  }

  /** Infinite bytes are of what has a tensor that the device does not take. */
  tooSmall(what: string, needed: number): SelftrainError {
    if (needed === Infinity) return tensorTooLarge(`of one ${what}`, this.largestTensor);
    return new SelftrainError({
      code: "memory-budget-too-small",
      message: `one ${what} does not fit the memory budget`,
      found: `${this.#options.budgetMiB} MiB`,
      expected: `at least ${Math.ceil((this.#fixedBytes + needed) / MIB)} MiB`,
      where: "engine.memoryBudgetMiB",
      remedy: "raise engine.memoryBudgetMiB, shorten prompts and completions, or train an adapter (lora)",
    });
  }

  get #fixedBytes(): number {
    const { process, weights, optimizer, gradients } = this.fixed;
    return process + weights + optimizer + gradients;
  }

  /** The most streams that may take so much of what is left. Streams of as many threads each end together. */
  #streamsWithin(left: number, bytes: (streams: number) => number): number {
    const { threads, trains, device } = this.#options;
    return (
      [4, 3, 2]
        .toSorted((a, b) => Number(threads % a !== 0) - Number(threads % b !== 0))
        .find((n) => trains && device === "cpu" && n <= threads && bytes(n) <= MOST_SHARE * left) ?? 1
    );
  }
}
