import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRules, taskRules } from "../../src/answer/extract/rules.js";
import { extractAnswer } from "../../src/answer/extract.js";
import { labelMetrics } from "../../src/monitor/label-metrics.js";
import { majorityReward } from "../../src/reward/majority.js";
import { groundTruthReward } from "../../src/reward/stored-labels.js";
import { majorityVote } from "../../src/vote/majority.js";
import { makeGroup } from "../reward/make-group.js";

type Answers = readonly (string | null)[];

function measure(batch: readonly (readonly [string, Answers])[], labels: ReadonlyMap<string, string>) {
  const groups = batch.map(([id, answers]) => makeGroup(id, answers));
  const rewards = batch.map(([, answers], g) => majorityReward().reward(groups[g]!, majorityVote(answers)));
  return labelMetrics(groups, rewards, labels);
}

describe("labelMetrics", () => {
  const labels = new Map([
    ["right", "1"],
    ["wrong", "9"],
  ]);

  it("is right by hand", () => {
    const metrics = measure(
      [
        ["right", ["1", "1", "2", null]],
        ["wrong", ["5", "5", "5", "9"]],
        ["unlabelled", ["3", "3", "3", "3"]],
      ],
      labels,
    );
    expect(metrics).toEqual({
      labelledShare: 2 / 3,
      accuracy: 3 / 8,
      labelAccuracy: 1 / 2,
      rewardAccuracy: 4 / 8,
      hackingGap: 5 / 8 - 3 / 8,
      rewardPrecision: 2 / 5,
      rewardRecall: 2 / 3,
    });
  });

  it("has no figures without labels, and no precision or recall without paid or right rollouts", () => {
    expect(measure([["unlabelled", ["1", "1"]]], labels)).toBeNull();
    expect(measure([["right", ["2", "3"]]], labels)).toMatchObject({
      accuracy: 0,
      labelAccuracy: 0,
      rewardAccuracy: 1,
      hackingGap: 0,
      rewardPrecision: null,
      rewardRecall: null,
    });
  });

  it("finds nothing amiss with the true reward", () => {
    const answers = fc.array(fc.option(fc.constantFrom("1", "9"), { nil: null }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(answers, answers, (right, wrong) => {
        const groups = [makeGroup("right", right), makeGroup("wrong", wrong)];
        const source = groundTruthReward(labels);
        const rewards = groups.map((group, g) => source.reward(group, majorityVote(g === 0 ? right : wrong)));
        expect(labelMetrics(groups, rewards, labels)).toMatchObject({
          labelAccuracy: 1,
          rewardAccuracy: 1,
          hackingGap: 0,
        });
      }),
    );
  });

  it("defect 5: the same prompt twice in a batch is two groups", () => {
    const metrics = measure(
      [
        ["right", ["1", "1", "2"]],
        ["right", ["2", "2", "1"]],
      ],
      labels,
    );
    expect(metrics).toMatchObject({ labelledShare: 1, labelAccuracy: 1 / 2, accuracy: 3 / 6 });
  });

  it("defect 6: labels compare with the truth as answers do with labels, in canonical form", () => {
    const canonicalise = (text: string) => String(Number(text));
    const answers = ["#07", "#7.0", "#8"].map((text) =>
      extractAnswer(text, { canonicalise, rules: answerRules(taskRules) }),
    );
    expect(measure([["p", answers]], new Map([["p", canonicalise("007")]]))).toMatchObject({
      accuracy: 2 / 3,
      labelAccuracy: 1,
      rewardAccuracy: 1,
    });
  });

  it("refuses rewards of other groups", () => {
    expect(() => labelMetrics([makeGroup("p", ["1"])], [], labels)).toThrow(
      expect.objectContaining({ code: "monitor-rewards-mismatch" }),
    );
  });
});
