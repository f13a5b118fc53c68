/** How completions are drawn: rows at a time, and streams. */
import type { ModelShape } from "../programs/model-inputs.js";
import { cachedWidth, decodeProgram, prefillProgram } from "../programs/sampling.js";
import { HANDOVER_BYTES } from "../sampling/handover.js";
import { cacheColumns } from "../sampling/kv-cache.js";
import type { Budget, StreamThreads } from "./budget.js";
import { type GraphBytes, graphBytes, remembered } from "./graph-bytes.js";
import { FEWEST_STREAM_TOKENS, mostSequences, SHARES } from "./shares.js";

/** With fewer rows than this, a stream of them spends too much of its time on reading weights. */
const FEWEST_ROWS = 64;

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
  readonly threads: StreamThreads;
  /** Rows that a stream decodes at a time. */
  readonly decodeRows: number;
  /** Prompts of at most this many tokens that a stream prefills at a time. */
  readonly prefillRows: (time: number) => number;
}

export class SamplingPlans {
  readonly #budget: Budget;
  /** Bytes of the keys and values of a token. */
  readonly #cached: number;
  /** Keys and values lie in so many. */
  readonly #tensors: number;
  readonly #decode: GraphBytes;
  readonly #prefill: GraphBytes;

  /** Rows of a decode batch whose rows grow to this many tokens. */
  readonly decodeRows = remembered((tokens) =>
    this.#fit(
      (rows) => this.#decodeBytes(rows, tokens),
      this.#budget.most.rows,
      "decoding",
      `row of ${tokens} tokens`,
    ),
  );
  readonly #prefillRows = remembered((time) =>
    this.#fit(
      (rows) => this.#prefillBytes(rows, time),
      mostSequences(time, this.#budget.most.tokens),
      "prefilling",
      `prompt of ${time} tokens`,
    ),
  );
  /** Whether each of the most streams can prefill a prompt at a time at the least. */
  readonly #prefillInStreams = remembered((time) => {
    const { mostStreams } = this.#budget;
    const bytes = (rows: number) => this.#prefillBytes(rows, time);
    return this.#budget.fit(bytes, mostStreams, SHARES.prefilling) === mostStreams;
  });

  constructor(shape: ModelShape, budget: Budget) {
    const { layers, kvHeads } = shape.config;
    this.#tensors = 2 * layers;
    this.#budget = budget;
    this.#cached = 8 * layers * kvHeads * cachedWidth(shape.config);
    this.#decode = graphBytes(decodeProgram(shape), shape, budget.largestTensor);
    this.#prefill = graphBytes(prefillProgram(shape), shape, budget.largestTensor);
  }

  streams({ rows, prompt, promptTokens, tokens }: Draw): StreamPlan {
    const { mostStreams } = this.#budget;
    const most = Math.min(rows, this.decodeRows(tokens));
    // With few rows, streams are worth it where prompts are most of the work.
    const reading =
      promptTokens >= mostStreams * FEWEST_STREAM_TOKENS && promptTokens >= rows * (tokens - prompt);
    const worthIt = reading || most >= mostStreams * FEWEST_ROWS;
    const count = worthIt && this.#prefillInStreams(Math.max(1, prompt)) ? mostStreams : 1;
    return {
      threads: this.#budget.threadsOf(count),
      decodeRows: Math.floor(this.decodeRows(tokens) / count),
      prefillRows: (time) => Math.max(1, Math.floor(this.#prefillRows(time) / count)),
    };
  }

  /** Bytes that drawing so many rows takes in so many streams. */
  bytes(streams: number, rows: number, prompt: number, tokens: number): number {
    const decoded = Math.min(rows, this.decodeRows(tokens));
    const handedOver = Math.min(HANDOVER_BYTES, (decoded / streams / 2) * this.#cached * tokens);
    return (
      this.#decodeBytes(decoded, tokens) +
      this.#prefillBytes(Math.min(rows, this.#prefillRows(prompt)), prompt) +
      (streams === 1 ? 0 : streams * handedOver)
    );
  }

  #decodeBytes(rows: number, tokens: number): number {
    const cache = rows * this.#cached * cacheColumns(tokens);
    return cache / this.#tensors > this.#budget.largestTensor ? Infinity : cache + this.#decode(rows, 1);
  }

  /** Keys and values leave the program before they are copied to the cache. */
  #prefillBytes(rows: number, time: number): number {
    return this.#prefill(rows, time) + rows * this.#cached * time;
  }

  #fit(bytes: (rows: number) => number, most: number, share: keyof typeof SHARES, what: string): number {
    const rows = this.#budget.fit(bytes, most, SHARES[share]);
    if (rows === 0) throw this.#budget.tooSmall(what, bytes(1) / SHARES[share]);
    return rows;
  }
}
