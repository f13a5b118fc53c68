/** What fits a memory budget: how many rows a training micro-batch and a decode batch may have. */
import { SelftrainError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { peakBytes } from "../../graph/memory.js";
import type { ModelConfig } from "../../model/config.js";
import { parameterCount } from "../../model/parameters.js";
import type { MemoryEstimate } from "../engine.js";
import { decodeProgram, prefillProgram } from "./programs/sampling.js";
import { trainingProgram } from "./programs/training.js";

const MIB = 2 ** 20;
/** Beyond this many tokens a micro-batch gets no faster: its intermediates have long left the caches. */
const MOST_TOKENS = 4096;
/** Beyond this many rows a decode step gets no cheaper per row. */
const MOST_ROWS = 512;
/** Shares of what weights, moments and gradients leave; training and sampling never run at the same time. */
const WORKING_SHARE = 0.9;
/** Share of the working memory for prefilling prompts, while the cache that decoding fills is there already. */
const PREFILL_SHARE = 0.25;

export interface MemoryPlan {
  /** Rows of a training or scoring micro-batch of sequences of this many tokens. */
  trainingRows(time: number): number;
  /** Rows of a decode batch whose cache grows to this many columns. */
  decodeRows(columns: number): number;
  /** Prompts of at most this many tokens that are prefilled at a time. */
  prefillRows(time: number): number;
  /** Bytes expected for a step of the given shape. */
  estimate(rollouts: number, promptTokens: number, newTokens: number): MemoryEstimate;
}

function graphBytes(graph: Graph, config: ModelConfig): (rows: number, time: number) => number {
  return (rows, time) =>
    peakBytes(graph, {
      B: rows,
      T: time,
      N: rows * time,
      M: rows * time,
      C: time,
      "C+1": time + 1,
      P: config.contextLength,
    });
}

export function planMemory(config: ModelConfig, budgetMiB: number): MemoryPlan {
  const parameters = parameterCount(config);
  const weights = 4 * parameters;
  const optimizer = 8 * parameters;
  // The sum over micro-batches, and one micro-batch's gradients twice: inside the runtime, and as handed out.
  const gradients = 12 * parameters;
  const working = (budgetMiB * MIB - weights - optimizer - gradients) * WORKING_SHARE;
  const training = graphBytes(trainingProgram(config, "importance-sampling"), config);
  const decode = graphBytes(decodeProgram(config), config);
  const prefill = graphBytes(prefillProgram(config), config);
  const cacheRow = (columns: number) => 8 * config.layers * config.kvHeads * config.headDim * (columns + 16);

  const rows = (each: number, most: number, what: string, share = 1): number => {
    const fit = Math.floor((working * share) / each);
    if (fit < 1) {
      throw new SelftrainError({
        code: "memory-budget-too-small",
        message: `one ${what} does not fit the memory budget`,
        found: `${budgetMiB} MiB`,
        expected: `at least ${Math.ceil((weights + optimizer + gradients + each / WORKING_SHARE / share) / MIB)} MiB`,
        where: "engine.memoryBudgetMiB",
        remedy: "raise engine.memoryBudgetMiB, or shorten prompts and completions",
      });
    }
    return Math.max(1, Math.min(fit, most));
  };
  // The gradients of the parameters do not grow with the batch and are counted above.
  const fixed = training(1, 1) > 4 * parameters ? 4 * parameters : 0;
  const mostSequences = (time: number) => Math.max(1, Math.floor(MOST_TOKENS / time));
  const trainingRow = (time: number) => training(1, time) - fixed;
  const decodeRow = (columns: number) => cacheRow(columns) + decode(1, 1 + columns);
  const trainingRows = (time: number) =>
    rows(trainingRow(time), mostSequences(time), `sequence of ${time} tokens`);
  const decodeRows = (columns: number) =>
    rows(decodeRow(columns), MOST_ROWS, `row of ${columns} tokens`, 1 - PREFILL_SHARE);
  // Keys and values exist twice: inside the runtime, and as handed out.
  const prefillRow = (time: number) => prefill(1, time) + cacheRow(time);
  const prefillRows = (time: number) =>
    rows(prefillRow(time), mostSequences(time), `prompt of ${time} tokens`, PREFILL_SHARE);

  return {
    trainingRows,
    decodeRows,
    prefillRows,
    estimate(rollouts, promptTokens, newTokens) {
      const time = promptTokens + newTokens;
      const activations = Math.min(rollouts, trainingRows(time)) * trainingRow(time);
      const sampling =
        Math.min(rollouts, decodeRows(time)) * decodeRow(time) +
        Math.min(rollouts, prefillRows(promptTokens)) * prefillRow(promptTokens);
      const total = weights + optimizer + gradients + Math.max(activations, sampling);
      return { weights, optimizer, gradients, activations, sampling, total };
    },
  };
}
