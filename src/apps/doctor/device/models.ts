/** Untrained models that a device is tried with: those of docs/how-to/benchmark.md, which `npm run bench` times too, and a small one for results. */
import type { ModelConfig } from "../../../model/config.js";
import { llamaConfig } from "../../../model/config-file.js";

const common = { eosTokens: [1], padToken: 0, contextLength: 512 };

/** For results: every operator at work, and a vocabulary in which draws are far from certain. */
export const SMALL: ModelConfig = llamaConfig({
  ...common,
  hiddenSize: 64,
  feedForward: 128,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  vocabSize: 256,
  tiedHead: true,
});

/** A model for times, and what it is given. */
export interface Timed {
  readonly name: string;
  readonly config: ModelConfig;
  readonly memoryBudgetMiB: number;
  /** Sequences of a training step. */
  readonly sequences: number;
  /** Completions that are drawn at a time. */
  readonly rows: number;
}

export const TIMED: readonly Timed[] = [
  {
    name: "4.2M",
    config: llamaConfig({
      ...common,
      hiddenSize: 256,
      feedForward: 1024,
      layers: 4,
      heads: 4,
      kvHeads: 4,
      headDim: 64,
      vocabSize: 64,
      tiedHead: false,
    }),
    memoryBudgetMiB: 2048,
    sequences: 128,
    rows: 256,
  },
  {
    name: "30M",
    config: llamaConfig({
      ...common,
      hiddenSize: 512,
      feedForward: 1536,
      layers: 8,
      heads: 8,
      kvHeads: 8,
      headDim: 64,
      vocabSize: 4096,
      tiedHead: true,
    }),
    memoryBudgetMiB: 4096,
    sequences: 64,
    rows: 128,
  },
  // The shape of SmolLM2-135M.
  {
    name: "135M",
    config: llamaConfig({
      ...common,
      contextLength: 8192,
      hiddenSize: 576,
      feedForward: 1536,
      layers: 30,
      heads: 9,
      kvHeads: 3,
      headDim: 64,
      vocabSize: 49_152,
      tiedHead: true,
    }),
    memoryBudgetMiB: 8192,
    sequences: 32,
    rows: 64,
  },
];
