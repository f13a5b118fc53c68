/** Values of the method that contradict each other are refused by the schema, each message naming both keys. */
import { describe, expect, it } from "vitest";
import { type TrainConfigInput, trainConfigSchema } from "../../src/config/train-config.js";

const refusals = (changes: Partial<TrainConfigInput>) => {
  const { error } = trainConfigSchema.safeParse({
    model: "m",
    output: "o",
    prompts: { task: "gcd" },
    ...changes,
  });
  return (error?.issues ?? []).map(({ message }) => message);
};

describe("contradictions", () => {
  it.each([
    ["samplesPerPrompt", "advantage", { samplesPerPrompt: 1 }],
    ["samplesPerPrompt", "reward", { samplesPerPrompt: 1, advantage: "reinforce++" }],
    [
      "samplesPerPrompt",
      "promptsPerStep",
      { samplesPerPrompt: 1, advantage: "reinforce++", reward: "fixed-teacher", promptsPerStep: 1 },
    ],
    ["advantage", "aggregation", { advantage: "dr-grpo" }],
    ["clipLow", "loss", { clipLow: 0.1 }],
    ["clipHigh", "loss", { clipHigh: 0.1 }],
    ["dualClip", "loss", { dualClip: 3, loss: "gspo" }],
    ["dualClip", "clipHigh", { dualClip: 1.2, clipHigh: 0.3, loss: "ppo-clip" }],
    ["klEstimator", "klCoefficient", { klEstimator: "k1" }],
    ["klIn", "klCoefficient", { klIn: "loss" }],
    ["klCorrection", "klCoefficient", { klCorrection: true }],
    ["klReference", "klCoefficient", { klReference: "moving" }],
    ["klReferenceEvery", "klCoefficient", { klReferenceEvery: 5 }],
    ["klCorrection", "klIn", { klCoefficient: 0.1, klCorrection: true }],
    ["klReference", "klReferenceEvery", { klCoefficient: 0.1, klReference: "moving" }],
    ["klCoefficient", "klReference", { klCoefficient: 0.1, klReference: "moving" }],
    ["klReferenceEvery", "klReference", { klCoefficient: 0.1, klReferenceEvery: 5 }],
    ["miniBatches", "promptsPerStep", { miniBatches: 3, promptsPerStep: 2 }],
    ["warmupSteps", "steps", { warmupSteps: 11, steps: 10 }],
    ["engine.threads", "engine.device", { engine: { device: "gpu", threads: 2 } }],
  ] as const)("of %s and %s", (first, second, changes) => {
    const [message, ...others] = refusals(changes);
    expect(others).toEqual([]);
    expect(message).toContain(first);
    expect(message).toContain(second);
  });
});

describe("what looks odd and is not", () => {
  it.each([
    [{ samplesPerPrompt: 1, advantage: "reinforce++", reward: "fixed-teacher" }],
    [{ advantage: "dr-grpo", aggregation: "constant-length" }],
    [{ klCoefficient: 0.1, klIn: "loss", klEstimator: "k1", klCorrection: true }],
    [{ klCoefficient: 0.1, klReference: "moving", klReferenceEvery: 5 }],
    [{ loss: "ppo-clip", clipHigh: 0.28, dualClip: 3, updatesPerBatch: 4, miniBatches: 2 }],
  ] as const)("%j", (changes) => expect(refusals(changes)).toEqual([]));
});
