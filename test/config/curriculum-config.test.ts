/** Contradictions are refused before a model loads, and each refusal names both keys. */
import { describe, expect, it } from "vitest";
import { type TrainConfigInput, trainConfigSchema } from "../../src/config/train-config.js";

const issuesOf = (changes: Partial<TrainConfigInput>) =>
  trainConfigSchema
    .safeParse({ model: "m", output: "o", prompts: { task: "chain-sums" }, ...changes })
    .error?.issues.map(({ path, message }) => ({ path: path.join("."), message })) ?? [];

describe("curriculum keys that contradict each other", () => {
  it.each<[Partial<TrainConfigInput>, string, string[]]>([
    [
      { rejection: { refillRounds: 2 } },
      "rejection.refillRounds",
      ["refillRounds 2", "rejection rejects none"],
    ],
    [{ rejection: { onShortBatch: "train" } }, "rejection.onShortBatch", ["onShortBatch train"]],
    [
      { rejection: { minAgreement: 0.6, refillRounds: 0 } },
      "rejection.refillRounds",
      ["refillRounds 0", "onShortBatch is error"],
    ],
    [{ rejection: { rewardBand: [0.8, 0.2] } }, "rejection.rewardBand", ["0.8", "0.2"]],
    [
      { rejection: { rewardBand: [0.1, 0.5], minAgreement: 0.6 } },
      "rejection.rewardBand",
      ["rewardBand ends at 0.5", "minAgreement is 0.6"],
    ],
    [
      {
        rejection: { zeroSignal: true },
        samplesPerPrompt: 1,
        advantage: "reinforce++",
        reward: "fixed-teacher",
      },
      "rejection.zeroSignal",
      ["rejection.zeroSignal", "samplesPerPrompt is 1"],
    ],
    [
      { rejection: { minAgreement: 0.6 }, agreementThreshold: 0.5 },
      "agreementThreshold",
      ["agreementThreshold 0.5", "minAgreement 0.6"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }] }, prompts: { file: "a.jsonl" } },
      "curriculum",
      ["curriculum", "prompts.file is a.jsonl"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }] }, prompts: { task: "chain-sums", levels: { 4: 1 } } },
      "prompts.levels",
      ["prompts.levels", "curriculum.stages"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }] }, prompts: { task: "chain-sums", subset: "s.jsonl" } },
      "prompts.subset",
      ["prompts.subset", "curriculum.stages"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }] }, easyFraction: 0.5 },
      "easyFraction",
      ["easyFraction 0.5", "curriculum.stages"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }], groundTruthStages: 3 } },
      "curriculum.groundTruthStages",
      ["groundTruthStages 3", "2 stages of curriculum.stages"],
    ],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }, { 8: 1 }], maxSteps: 10 }, steps: 20 },
      "curriculum.maxSteps",
      ["maxSteps 10", "steps 20"],
    ],
    [{ testTime: true, evaluation: { size: 0 } }, "testTime", ["testTime", "evaluation.size 0"]],
    [{ testTime: true, reward: "ground-truth" }, "testTime", ["testTime", "reward ground-truth"]],
    [{ testTime: true, reward: "mixed" }, "testTime", ["testTime", "reward mixed"]],
    [
      { curriculum: { stages: [{ 4: 1 }, { 6: 1 }], groundTruthStages: 1 }, reward: "ground-truth" },
      "curriculum.groundTruthStages",
      ["groundTruthStages 1", "reward ground-truth"],
    ],
    [
      { rejection: { dropUnparsed: true }, reward: "format" },
      "rejection.dropUnparsed",
      ["rejection.dropUnparsed", "reward format"],
    ],
    [
      { rejection: { keepBy: "agreement", minAgreement: 0.6 } },
      "rejection.keepBy",
      ["keepBy agreement", "keepFraction 1"],
    ],
    [{ easyFraction: 0 }, "easyFraction", [">0"]],
    [
      { testTime: true, prompts: { task: "chain-sums", size: 64 } },
      "prompts.size",
      ["prompts.size", "testTime", "evaluation.size"],
    ],
    [
      { testTime: true, prompts: { task: "chain-sums", subset: "s.jsonl" } },
      "prompts.subset",
      ["prompts.subset", "testTime"],
    ],
    [
      { testTime: true, curriculum: { stages: [{ 4: 1 }, { 6: 1 }] } },
      "curriculum",
      ["curriculum", "testTime"],
    ],
    [
      { validation: {}, prompts: { file: "a.jsonl" } },
      "validation",
      ["validation needs true answers", "prompts.answerColumn"],
    ],
  ])("%j", (changes, path, words) => {
    const issues = issuesOf(changes);
    expect(issues.map((issue) => issue.path)).toContain(path);
    const { message } = issues.find((issue) => issue.path === path)!;
    for (const word of words) expect(message).toContain(word);
  });

  it.each<Partial<TrainConfigInput>>([
    { rejection: { minAgreement: 0.6 } },
    { rejection: { minAgreement: 0.6, refillRounds: 0, onShortBatch: "train" } },
    { rejection: { rewardBand: [0.2, 0.8], keepFraction: 0.5, zeroSignal: true, dropUnparsed: true } },
    { curriculum: { stages: [{ 4: 1 }, { 6: 1, 8: 2 }], maxSteps: 10 }, steps: 20 },
    { rejection: { keepBy: "agreement", keepFraction: 0.5 } },
    { rejection: { dropUnparsed: true }, reward: "ground-truth" },
    { curriculum: { stages: [{ 4: 1 }, { 6: 1 }], groundTruthStages: 1 }, reward: "mixed" },
    { testTime: true },
    { validation: { size: 8, every: 2 } },
    { validation: { prompts: { task: "gcd" } }, prompts: { file: "a.jsonl" } },
  ])("takes %j", (changes) => expect(issuesOf(changes)).toEqual([]));
});
