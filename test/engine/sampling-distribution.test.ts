/**
 * The sampler draws from the distribution that the scoring program computes: chi-square tests of first tokens, and of
 * second tokens given the first, with fixed keys, so that a pass stays a pass.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { chiSquareTail, compareCounts, pValue } from "./chi-square.js";
import { DEVICE } from "./on-device.js";
import { GQA, MHA, temporaryModel } from "./tiny-model.js";

const DRAWS = 6000;
const PROMPT = [2, 7, 3, 3, 5];

/** Sharpens or flattens probabilities given as logarithms. */
function tempered(logprobs: readonly number[], temperature: number): number[] {
  const powers = logprobs.map((l) => Math.exp(l / temperature));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

/** Logprobs of every next token after each context: the scoring program, a token at a time. */
async function nextTokens(core: OnnxCore, vocab: number, contexts: readonly number[][]): Promise<number[][]> {
  const data = contexts.flatMap((prompt) =>
    Array.from({ length: vocab }, (_, v) => ({ prompt, completion: [v] })),
  );
  const scores = await core.logprobs("current", data);
  return contexts.map((_, c) => scores.slice(c * vocab, (c + 1) * vocab).map((l) => l[0]!));
}

describe("the chi-square test itself", () => {
  it("knows the quantiles of textbooks", () => {
    for (const [x, degrees, p] of [
      [3.841, 1, 0.05],
      [9.21, 2, 0.01],
      [16.266, 3, 0.001],
      [18.307, 10, 0.05],
      [24.725, 11, 0.01],
      [124.342, 100, 0.05],
    ] as const)
      expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 2);
  });

  it("takes rare cells together", () => {
    expect(compareCounts([90, 4, 6], [0.92, 0.04, 0.04])).toEqual({
      statistic: expect.closeTo(4 / 92 + 4 / 8, 10),
      degrees: 1,
    });
  });
});

describe.each([
  ["multi-head attention", MHA, 1],
  ["grouped queries", GQA, 2],
] as const)("%s", (_, config, seed) => {
  const vocab = config.vocabSize;
  let core: OnnxCore;
  let first: number[];
  let second: number[][];
  beforeAll(async () => {
    core = new OnnxCore({
      model: { folder: temporaryModel(config, seed) },
      threads: 2,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
    [first] = (await nextTokens(core, vocab, [PROMPT])) as [number[]];
    second = await nextTokens(
      core,
      vocab,
      Array.from({ length: vocab }, (__, v) => [...PROMPT, v]),
    );
  });

  it("scores a distribution far from uniform, and another after each token", () => {
    for (const logprobs of [first, ...second]) {
      const probabilities = tempered(logprobs, 1);
      expect(logprobs.reduce((sum, l) => sum + Math.exp(l), 0)).toBeCloseTo(1, 5);
      expect(Math.max(...probabilities)).toBeGreaterThan(2 / vocab);
      expect(Math.min(...probabilities)).toBeLessThan(0.5 / vocab);
    }
    expect(new Set(second.map((l) => l.map((x) => x.toFixed(2)).join())).size).toBe(vocab);
  });

  for (const temperature of [1, 0.5, 2]) {
    it(`draws first and second tokens from it at temperature ${temperature}`, async () => {
      const request = {
        prompt: PROMPT,
        n: DRAWS,
        keys: Array.from({ length: DRAWS }, (__, i) => [11, seed, i]),
      };
      const options = { maxTokens: 2, temperature, stopTokens: [] };
      const [completions] = await core.sample("current", [request], options);

      const counts = new Array<number>(vocab).fill(0);
      const pairs = counts.map(() => new Array<number>(vocab).fill(0));
      let worst = 0;
      for (const { tokens, logprobs } of completions!) {
        const [a, b] = tokens as [number, number];
        counts[a]!++;
        pairs[a]![b]!++;
        // Whatever the temperature, logprobs are those of the policy.
        worst = Math.max(worst, Math.abs(logprobs[0]! - first[a]!), Math.abs(logprobs[1]! - second[a]![b]!));
      }
      expect(worst).toBeLessThan(1e-4);
      expect(pValue([compareCounts(counts, tempered(first, temperature))])).toBeGreaterThan(1e-3);
      const given = pairs.flatMap((row, a) =>
        counts[a]! < 50 ? [] : [compareCounts(row, tempered(second[a]!, temperature))],
      );
      expect(given.length).toBeGreaterThan(3);
      expect(pValue(given)).toBeGreaterThan(1e-3);

      // The test can tell: the same draws do not pass for those of another temperature, nor for another context's.
      const other = temperature === 1 ? 1.3 : 1;
      expect(pValue([compareCounts(counts, tempered(first, other))])).toBeLessThan(1e-6);
      const shifted = pairs.flatMap((row, a) =>
        counts[a]! < 50 ? [] : [compareCounts(row, tempered(second[(a + 1) % vocab]!, temperature))],
      );
      expect(pValue(shifted)).toBeLessThan(1e-6);
    });
  }
});
