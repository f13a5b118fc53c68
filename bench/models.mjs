/** The models: untrained Llamas in float32. Peers load what our engine exports, so architecture and weights are the same. */
import { OnnxEngine } from "selftrain";
import { llamaConfig } from "../dist/model/config-file.js";
import { settings } from "./settings.mjs";

const common = { eosTokens: [1], padToken: 0 };

export const models = {
  "4.2M": llamaConfig({
    ...common,
    hiddenSize: 256,
    feedForward: 1024,
    layers: 4,
    heads: 4,
    kvHeads: 4,
    headDim: 64,
    vocabSize: 64,
    contextLength: 512,
    tiedHead: false,
  }),
  "30M": llamaConfig({
    ...common,
    hiddenSize: 512,
    feedForward: 1536,
    layers: 8,
    heads: 8,
    kvHeads: 8,
    headDim: 64,
    vocabSize: 4096,
    contextLength: 512,
    tiedHead: true,
  }),
  /** The shape of SmolLM2-135M. */
  "135M": llamaConfig({
    ...common,
    hiddenSize: 576,
    feedForward: 1536,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    headDim: 64,
    vocabSize: 49_152,
    contextLength: 8192,
    tiedHead: true,
  }),
};

/** What an engine of a model is opened with. */
export function engineOptions(name, memoryBudgetMiB = 2048) {
  const { seed, threads } = settings;
  return { model: { config: models[name], seed }, threads, memoryBudgetMiB };
}

export function openEngine(name, memoryBudgetMiB) {
  return OnnxEngine.create(engineOptions(name, memoryBudgetMiB));
}
