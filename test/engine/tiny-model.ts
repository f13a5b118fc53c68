/** Models small enough to sample by the thousand, with weights large enough that their distributions are far from uniform. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { ModelConfig } from "../../src/model/config.js";
import { llamaConfig } from "../../src/model/config-file.js";
import { initialWeights, parameterSpecs } from "../../src/model/parameters.js";
import { writeModel } from "../../src/model/write-model.js";

/** Two layers of four heads, each with keys and values of its own. */
export const MHA = llamaConfig({
  hiddenSize: 16,
  feedForward: 32,
  layers: 2,
  heads: 4,
  kvHeads: 4,
  headDim: 4,
  vocabSize: 12,
  contextLength: 96,
  tiedHead: false,
  eosTokens: [1],
  padToken: 0,
});

/** Grouped queries: two heads share one of keys and values. Tied head, and a head width that is not hidden / heads. */
export const GQA = llamaConfig({ ...MHA, kvHeads: 2, headDim: 6, tiedHead: true });

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the last test of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-engine-"));
  folders.push(folder);
  return folder;
}

/**
 * A folder with a model with matrices of standard deviation 0.02 · `sharpness`: at 20 the likeliest of 12 tokens has about
 * half of the probability.
 */
export function temporaryModel(config: ModelConfig, seed = 0, sharpness = 20): string {
  const folder = temporaryFolder();
  const weights = initialWeights(config, seed);
  for (const { offset, size, shape } of parameterSpecs(config)) {
    if (shape.length === 1) continue;
    for (let i = offset; i < offset + size; i++) weights[i]! *= sharpness;
  }
  writeModel(folder, config, weights);
  return folder;
}
