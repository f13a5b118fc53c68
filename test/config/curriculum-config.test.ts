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
      { earlyStopping: { on: "monitor", metric: "mean" } },
      "earlyStopping.metric",
      ["metric mean", "on monitor"],
    ],
    [
      { earlyStopping: { on: "labelled", metric: "topShare" } },
      "earlyStopping.metric",
      ["metric topShare", "on labelled"],
    ],
    [
      { earlyStopping: { on: "monitor", checkEvery: 5 } },
      "earlyStopping.checkEvery",
      ["checkEvery", "on is monitor"],
    ],
    [
      { earlyStopping: { on: "labelled", topShareRise: 0.2 } },
      "earlyStopping.topShareRise",
      ["topShareRise", "on is labelled"],
    ],
    [
      { earlyStopping: { on: "labelled" }, prompts: { file: "a.jsonl" } },
      "earlyStopping.on",
      ["earlyStopping.on labelled", "prompts.answerColumn"],
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
    { earlyStopping: { on: "monitor", metric: "topShare", topShareRise: 0.2, patience: 2 } },
    { earlyStopping: { on: "labelled", metric: "maj", checkEvery: 2, labelledPrompts: 8 } },
    {
      earlyStopping: { on: "labelled", prompts: { task: "gcd" } },
      prompts: { file: "a.jsonl" },
    },
  ])("takes %j", (changes) => expect(issuesOf(changes)).toEqual([]));
});
