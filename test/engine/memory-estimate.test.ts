/** What `--dry-run` says a step takes against what a process took at its peak: within a fifth, of real steps of real shapes. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { writeLargeTokenizer } from "./large-tokenizer.js";
import { temporaryFolder } from "./tiny-model.js";

const script = fileURLToPath(new URL("children/memory.mjs", import.meta.url));

const small = {
  hiddenSize: 256,
  feedForward: 768,
  layers: 6,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  vocabSize: 2048,
  contextLength: 512,
  tiedHead: true,
};
const step = {
  shape: small,
  prompts: 4,
  samples: 8,
  promptTokens: 24,
  newTokens: 104,
  memoryBudgetMiB: 2048,
};
const lora = { rank: 8, alpha: 16, targets: ["query", "value"] };

async function run(options: { readonly shape: typeof small }) {
  const folder = temporaryFolder();
  writeLargeTokenizer(folder, options.shape.vocabSize);
  const path = join(folder, "case.json");
  writeFileSync(path, JSON.stringify({ ...options, tokenizer: folder }));
  const { stdout } = await promisify(execFile)(process.execPath, [script, path], { timeout: 110_000 });
  return JSON.parse(stdout) as { estimate: number; peak: number; parts: object; layerByLayer: boolean };
}

describe("the estimate of memory", () => {
  it.each([
    ["the whole model at once", step, false],
    ["layer by layer", { ...step, gradientCheckpointing: "always" }, true],
    ["an adapter", { ...step, lora }, false],
    ["a thread that helps to sample", { ...step, samples: 40, promptTokens: 8, newTokens: 40 }, false],
    [
      "an entropy bonus, of a vocabulary that outweighs the layers",
      {
        ...step,
        shape: { ...small, layers: 2, vocabSize: 16_384 },
        loss: { entropyBonus: 0.01 },
      },
      false,
    ],
    ["a small budget", { ...step, memoryBudgetMiB: 380 }, false],
    [
      "a vocabulary of 151,936, in chunks",
      {
        ...step,
        shape: { ...small, layers: 2, vocabSize: 151_936 },
        samples: 2,
        newTokens: 40,
        memoryBudgetMiB: 1300,
      },
      true,
    ],
  ])(
    "is within a fifth of the peak: %s",
    async (_, options, layerByLayer) => {
      const found = await run(options);
      expect(found.layerByLayer).toBe(layerByLayer);
      expect(found.estimate).toBeLessThanOrEqual(options.memoryBudgetMiB);
      expect(Math.abs(found.peak / found.estimate - 1), JSON.stringify(found)).toBeLessThan(0.2);
    },
    120_000,
  );
});
