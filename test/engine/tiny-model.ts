/** Models small enough to sample by the thousand, with weights large enough that their distributions are far from uniform. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { writeModel } from "../../src/engine/onnx/state.js";
import type { ModelConfig } from "../../src/model/config.js";
import { initialWeights, parameterSpecs } from "../../src/model/parameters.js";

/** Two layers of four heads, each with keys and values of its own. */
export const MHA: ModelConfig = {
  hiddenSize: 16,
  feedForward: 32,
  layers: 2,
  heads: 4,
  kvHeads: 4,
  headDim: 4,
  vocabSize: 12,
  contextLength: 96,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  tiedHead: false,
  eosTokens: [1],
  padToken: 0,
};

/** Grouped queries: two heads share one of keys and values. Tied head, and a head width that is not hidden / heads. */
export const GQA: ModelConfig = { ...MHA, kvHeads: 2, headDim: 6, tiedHead: true };

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
  const specs = parameterSpecs(config);
  const weights = initialWeights(config, seed);
  for (const { offset, size, shape } of specs) {
    if (shape.length === 1) continue;
    for (let i = offset; i < offset + size; i++) weights[i]! *= sharpness;
  }
  writeModel(folder, config, specs, weights);
  return folder;
}
