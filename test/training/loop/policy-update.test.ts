/** The optimiser steps on one batch, on the real engine. */
import { type AdamParams, type Datum, type Engine, OnnxEngine, type TrainConfigInput } from "selftrain";
import { describe, expect, it, onTestFinished } from "vitest";
import { updatePolicy, updatesPerStep } from "../../../src/training/loop/policy-update.js";
import { rollouts } from "../../engine/contract/support.js";
import { GQA, temporaryModel } from "../../engine/tiny-model.js";
import { configWith } from "./groups.js";

const folder = temporaryModel(GQA, 4);
const ADAM: AdamParams = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0,
  gradClipNorm: 1,
};
const prompts = [
  [2, 3],
  [4, 5, 6],
];

async function opened(): Promise<{ engine: Engine; data: Datum[] }> {
  const engine = await OnnxEngine.create({ model: { folder }, threads: 1, memoryBudgetMiB: 512 });
  onTestFinished(() => engine.close());
  const sampled = await rollouts(await engine.refreshSampler(), prompts, 4);
  const data = sampled.map((d) => ({
    ...d,
    weights: d.weights.map((w) => w / 8),
    scales: new Float32Array(d.completion.length).fill(1 / 40),
  }));
  return { engine, data };
}

async function updated(
  changes: Partial<TrainConfigInput>,
  cut: (data: Datum[]) => Datum[][] = (data) => [data],
) {
  const { engine, data } = await opened();
  const config = configWith({ adam: ADAM, ...changes });
  const progress: number[] = [];
  const update = await updatePolicy(engine, config, cut(data), ADAM.learningRate, (done, total) =>
    progress.push(done / total),
  );
  const after = await (await engine.refreshSampler()).logprobs(data);
  return { update, after, progress, version: engine.policyVersion };
}

describe("updatePolicy", () => {
  it("by default takes one step, to the bit that of a gradient and an optimiser step", async () => {
    const { engine, data } = await opened();
    const { loss } = await engine.forwardBackward(data, { kind: "importance-sampling" });
    const { gradNorm } = await engine.optimStep(ADAM);
    const { update, after, version } = await updated({});
    expect(update).toEqual({
      loss,
      gradNorm,
      importanceRatio: expect.closeTo(1, 4),
      clipFraction: null,
      // One program samples and trains: they agree but for rounding.
      mismatch: {
        kl: expect.closeTo(0, 6),
        ratio: expect.closeTo(1, 4),
        largest: expect.closeTo(0, 3),
        outside: 0,
      },
      vocabularyEntropy: null,
    });
    expect(after).toEqual(await (await engine.refreshSampler()).logprobs(data));
    expect(version).toBe(1);
  });

  it("keeps the ratio to the policy that sampled, pass after pass", async () => {
    const { engine, data } = await opened();
    const means: number[] = [];
    for (let pass = 0; pass < 3; pass++) {
      const { logprobs } = await engine.forwardBackward(data, { kind: "importance-sampling" });
      await engine.optimStep(ADAM);
      const each = logprobs.flatMap((own, i) =>
        Array.from(own, (l, t) => Math.exp(l - data[i]!.logprobs![t]!)),
      );
      means.push(each.reduce((a, b) => a + b, 0) / each.length);
    }
    const { update, progress, version } = await updated({ updatesPerBatch: 3 });
    expect(version).toBe(3);
    expect(means[0]).toBeCloseTo(1, 4);
    expect(Math.abs(means[2]! - 1)).toBeGreaterThan(1e-3);
    expect(update.importanceRatio).toBeCloseTo((means[0]! + means[1]! + means[2]!) / 3, 6);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  it("takes a step for each mini-batch of each pass", async () => {
    const halves = (data: Datum[]) => [data.slice(0, 4), data.slice(4)];
    const changes = { updatesPerBatch: 2, miniBatches: 2 };
    expect(updatesPerStep(configWith(changes))).toBe(4);
    const { update, version } = await updated(changes, halves);
    expect(version).toBe(4);
    expect(update.importanceRatio).not.toBeNull();
    // A mini-batch in which nothing has a gradient is a step with the moments alone, and no part of the means.
    const { update: half } = await updated(changes, (data) => [data.slice(0, 4), []]);
    expect(half.importanceRatio).not.toBeNaN();
  });

  it.each(["ppo-clip", "gspo", "cispo"] as const)(
    "%s clips nothing on policy, and then something",
    async (loss) => {
      const bounds = { clipLow: 0.01, clipHigh: 0.01 };
      expect((await updated({ loss, ...bounds })).update.clipFraction).toBe(0);
      const { clipFraction } = (await updated({ loss, ...bounds, updatesPerBatch: 6 })).update;
      expect(clipFraction).toBeGreaterThan(0);
      expect(clipFraction).toBeLessThan(1);
    },
  );

  it("clipping holds the policy nearer to the one that sampled", async () => {
    const { data } = await opened();
    const farthest = (after: Float32Array[]) =>
      Math.max(...after.flatMap((own, i) => Array.from(own, (l, t) => Math.abs(l - data[i]!.logprobs![t]!))));
    const free = await updated({ updatesPerBatch: 12 });
    const clipped = await updated({ updatesPerBatch: 12, loss: "ppo-clip" });
    expect(farthest(clipped.after)).toBeLessThan(farthest(free.after));
  });

  it("an entropy bonus raises the entropy", async () => {
    const silent = (data: Datum[]) => [data.map((d) => ({ ...d, weights: d.weights.map(() => 0) }))];
    const entropy = async (updatesPerBatch: number) =>
      (await updated({ entropyBonus: 1, updatesPerBatch }, silent)).update.vocabularyEntropy!;
    const [first, mean] = [await entropy(1), await entropy(8)];
    expect(first).toBeGreaterThan(0);
    expect(mean).toBeGreaterThan(first + 0.01);
    expect(mean).toBeLessThan(Math.log(GQA.vocabSize));
  });
});
