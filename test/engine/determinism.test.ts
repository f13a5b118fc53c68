/** The same seed gives the same bytes, with two threads; a memory budget changes micro-batches and nothing but rounding. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdamParams, Datum } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { llamaConfig } from "../../src/model/config-file.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { GQA, MHA, temporaryFolder, temporaryModel } from "./tiny-model.js";

const ADAM: AdamParams = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.01,
  gradClipNorm: 1,
};

/** Wide enough that ONNX Runtime shares its products out between threads. */
const WIDE = llamaConfig({ ...MHA, hiddenSize: 96, feedForward: 256, headDim: 24, vocabSize: 40 });

const requests = Array.from({ length: 6 }, (_, p) => ({
  prompt: Array.from({ length: 2 + 3 * p }, (__, i) => 2 + ((i + p) % 9)),
  n: 8,
  keys: Array.from({ length: 8 }, (__, i) => [3, p, i]),
}));

/** Samples, trains on the samples and returns everything that came of it. */
async function selfTrain(core: OnnxCore, steps: number) {
  const sampled = [];
  for (let step = 0; step < steps; step++) {
    const groups = await core.sample("current", requests, { maxTokens: 24, temperature: 1 });
    sampled.push(groups);
    const data = groups.flatMap((completions, p) =>
      completions.map(
        ({ tokens, logprobs }, i): Datum => ({
          prompt: requests[p]!.prompt,
          completion: tokens,
          logprobs,
          weights: new Float32Array(tokens.length).fill(i % 2 === 0 ? 0.01 : -0.01),
          policyVersion: step,
        }),
      ),
    );
    sampled.push(await core.forwardBackward(data, { kind: "importance-sampling" }), core.optimStep(ADAM));
  }
  const folder = temporaryFolder();
  core.saveState(folder);
  const files = readdirSync(folder).map((name) => [
    name,
    readFileSync(join(folder, name)).toString("base64"),
  ]);
  return { sampled, files };
}

describe("determinism", () => {
  it("two engines of one seed sample, train and save the same bytes", async () => {
    const core = (seed: number) =>
      new OnnxCore({ model: { config: WIDE, seed }, threads: 2, memoryBudgetMiB: 512 });
    const first = await selfTrain(core(5), 2);
    expect(await selfTrain(core(5), 2)).toEqual(first);
    expect((await selfTrain(core(6), 1)).files).not.toEqual(first.files);
  });
});

describe("the memory budget", () => {
  /** Trains one step under a budget: the result, and the gradient as the first moment holds it. */
  async function step(folder: string, memoryBudgetMiB: number) {
    const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB });
    const data = Array.from({ length: 30 }, (_, i): Datum => {
      const completion = Array.from({ length: 1 + ((7 * i) % 41) }, (__, t) => (t * i + t) % 12);
      return {
        prompt: Array.from({ length: 1 + (i % 5) }, (__, t) => (t + i) % 12),
        completion,
        weights: Float32Array.from(completion, (t) => (t - 5) / 10),
        policyVersion: 0,
      };
    });
    const seen: number[] = [];
    const result = await core.forwardBackward(data, { kind: "cross-entropy" }, (done) => seen.push(done));
    const { gradNorm } = await core.optimStep({ ...ADAM, gradClipNorm: 0 });
    const state = temporaryFolder();
    core.saveState(state);
    const tensors = [...readSafetensors(join(state, "optimizer.safetensors"))];
    const gradient = tensors.flatMap(([name, { data: m }]) => (name.startsWith("exp_avg.") ? [...m] : []));
    return { ...result, seen, gradNorm, gradient: gradient.map((m) => m / (1 - ADAM.beta1)) };
  }

  it("changes micro-batches, and the gradient only within rounding", async () => {
    const folder = temporaryModel(GQA, 2);
    const large = await step(folder, 256);
    // Enough for a few sequences beside the process itself.
    const small = await step(folder, 187);
    expect(large.microBatches).toBe(1);
    expect(small.microBatches).toBeGreaterThan(3);
    expect(small.seen.length).toBe(small.microBatches);
    expect(small.seen.at(-1)).toBe(30);
    expect(small.loss / large.loss).toBeCloseTo(1, 5);
    expect(small.gradNorm / large.gradNorm).toBeCloseTo(1, 5);
    const norm = Math.sqrt(large.gradient.reduce((sum, g) => sum + g * g, 0));
    expect(norm / large.gradNorm).toBeCloseTo(1, 4);
    for (const [i, g] of small.gradient.entries())
      expect(Math.abs(g - large.gradient[i]!) / norm).toBeLessThan(1e-5);
    for (const [i, logprobs] of small.logprobs.entries())
      for (const [t, l] of logprobs.entries()) expect(l).toBeCloseTo(large.logprobs[i]![t]!, 4);
  });

  it("names the least that would do, where nothing fits, and that does", async () => {
    const completion = new Array<number>(80).fill(3);
    const weights = new Float32Array(80).fill(1);
    const datum: Datum = { prompt: [2], completion, weights, policyVersion: 0 };
    const request = { prompt: [2], n: 1, keys: [[0]] };
    const attempts: [string, (core: OnnxCore) => Promise<unknown>][] = [
      ["sequence", (core) => core.forwardBackward([datum], { kind: "cross-entropy" })],
      ["sequence", (core) => core.logprobs("current", [datum])],
      ["row", (core) => core.sample("current", [request], { maxTokens: 80, temperature: 1 })],
    ];
    for (const [what, attempt] of attempts) {
      const core = (memoryBudgetMiB: number) =>
        new OnnxCore({ model: { config: WIDE, seed: 0 }, threads: 1, memoryBudgetMiB });
      const error = (await attempt(core(1)).catch((e: unknown) => e)) as Record<string, string>;
      expect(error).toMatchObject({
        code: "memory-budget-too-small",
        message: expect.stringContaining(what),
        found: "1 MiB",
        expected: expect.stringMatching(/^at least \d+ MiB$/),
        where: "engine.memoryBudgetMiB",
      });
      const least = Number(error.expected!.match(/\d+/)![0]);
      await expect(attempt(core(least - 1))).rejects.toMatchObject({ code: "memory-budget-too-small" });
      await expect(attempt(core(least))).resolves.toBeDefined();
    }
  });
});
