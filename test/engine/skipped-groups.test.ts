/**
 * Groups whose advantages are all zero are left out of the update: the gradient is the one that they would have left as it was,
 * but for the order in which floats are added. On the real engine, through the trainer's own batch.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type TrainConfigInput, trainConfigSchema } from "../../src/config/train-config.js";
import { tokenWeights } from "../../src/core/loss/aggregate.js";
import type { LossSpec } from "../../src/core/loss/loss.js";
import { majorityReward } from "../../src/core/reward/majority.js";
import { majorityVote } from "../../src/core/vote/majority.js";
import type { Datum } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import type { Group } from "../../src/group.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { policyLoss } from "../../src/training/loop/policy-loss.js";
import { makeBatch } from "../../src/training/loop/update.js";
import { DEVICE } from "./on-device.js";
import { GQA, temporaryFolder, temporaryModel } from "./tiny-model.js";

const folder = temporaryModel(GQA, 4);
const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 0 };

/** Rollouts that the model itself sampled; every second group is unanimous. */
async function sampledGroups(): Promise<Group[]> {
  const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 512, device: DEVICE });
  const prompts = Array.from({ length: 8 }, (_, p) => [2 + p, 3, 4 + (p % 3)]);
  const requests = prompts.map((prompt, p) => ({ prompt, n: 4, keys: [0, 1, 2, 3].map((i) => [9, p, i]) }));
  const completions = await core.sample("current", requests, { maxTokens: 20, temperature: 1 });
  return completions.map((samples, p) => ({
    prompt: { id: String(p), text: "" },
    promptTokens: prompts[p]!,
    policyVersion: 0,
    rollouts: samples.map((sample, i) => ({
      ...sample,
      text: "",
      answer: p % 2 === 0 ? "7" : String(i === 3 ? 1 : 0),
    })),
  }));
}

/** The gradient of a batch, from the first moments that it leaves. */
async function gradientOf(data: readonly Datum[], loss: LossSpec): Promise<Map<string, Float32Array>> {
  const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 512, device: DEVICE });
  await core.forwardBackward(data, loss);
  await core.optimStep(ADAM);
  const state = temporaryFolder();
  core.saveState(state);
  const moments = [...readSafetensors(join(state, "optimizer.safetensors"))];
  return new Map(
    moments.flatMap(([name, { data: m }]) => (name.startsWith("exp_avg.") ? [[name, m] as const] : [])),
  );
}

describe("groups without a signal", () => {
  it.each<Partial<TrainConfigInput>>([
    {},
    { advantage: "grpo", aggregation: "sequence-mean", loss: "ppo-clip", dualClip: 3 },
    { advantage: "dr-grpo", aggregation: "constant-length", loss: "cispo" },
    { advantage: "batch-normalised", loss: "gspo" },
  ])("change no gradient by being skipped: %j", async (changes) => {
    const groups = await sampledGroups();
    const config = trainConfigSchema.parse({ model: "m", output: "o", prompts: { task: "gcd" }, ...changes });
    const loss = policyLoss(config);
    const source = majorityReward();
    const rewards = groups.map((group) =>
      source.reward(group, majorityVote(group.rollouts.map((r) => r.answer))),
    );
    const batch = makeBatch(config, groups, rewards, null);
    expect(batch.skippedGroups).toBe(4);
    expect(batch.data.length).toBe(16);

    const lengths = groups.map(({ rollouts }) => rollouts.map(({ tokens }) => tokens.length));
    const weights = tokenWeights(lengths, batch.advantages, {
      mode: config.aggregation,
      constantLength: config.maxNewTokens,
    });
    const everything = groups.flatMap(({ rollouts, promptTokens }, g) =>
      rollouts.map(
        ({ tokens, logprobs }, i): Datum => ({
          prompt: promptTokens,
          completion: tokens,
          logprobs,
          weights: weights[g]![i]!,
          policyVersion: 0,
        }),
      ),
    );
    const [skipped, whole] = [await gradientOf(batch.data, loss), await gradientOf(everything, loss)];
    const largest = Math.max(...[...whole.values()].flatMap((g) => [...g].map(Math.abs)));
    expect(largest).toBeGreaterThan(0);
    for (const [name, expected] of whole) {
      const found = skipped.get(name)!;
      const worst = expected.reduce((most, g, i) => Math.max(most, Math.abs(g - found[i]!)), 0);
      expect(worst / largest, name).toBeLessThan(1e-6);
    }
  });
});
