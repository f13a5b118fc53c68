import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRules, taskRules } from "../../../src/core/answer/extract/rules.js";
import { extractAnswer } from "../../../src/core/answer/extract.js";
import { labelMetrics, majorityAccuracy } from "../../../src/core/monitor/label-metrics.js";
import { majorityReward } from "../../../src/core/reward/majority.js";
import { groundTruthReward } from "../../../src/core/reward/stored-labels.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
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
      // Of four pairs of a right and a wrong one the first prompt pays the right one more; of three the second the wrong one.
      rewardRanking: 4 / 7,
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

  it("says of real-valued rewards what does not depend on their scale, and nothing that does", () => {
    const group = makeGroup("right", ["1", "1", "2", null]);
    const measured = (rewards: readonly number[], label: string | null = null, rewarded = true) =>
      labelMetrics([group], [{ label, rewards, rewarded }], labels);
    const share = measured([0.5, 0.5, 0.25, 0]);
    expect(share).toMatchObject({
      accuracy: 1 / 2,
      labelAccuracy: null,
      rewardAccuracy: null,
      rewardPrecision: null,
      rewardRecall: null,
      hackingGap: 1.25 / 4 - 1 / 2,
      rewardRanking: 1,
    });
    const nats = measured([-7, 3, 3, -9]);
    expect(nats).toMatchObject({ accuracy: 1 / 2, hackingGap: null, rewardAccuracy: null });
    // −7 beats −9 alone; 3 equals 3 and beats −9.
    expect(nats!.rewardRanking).toBe((0 + 1 + 0.5 + 1) / 4);
    expect(measured([1, 0, 0, 0], "1")!.labelAccuracy).toBe(1);
    expect(measured([0, 0, 0, 0], null, false)).toMatchObject({ labelAccuracy: 0, rewardRanking: null });
  });

  it("ranks alike whatever increasing function the rewards are put through", () => {
    const value = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("1", "2", null), value), { minLength: 2 }),
        (rollouts) => {
          const group = makeGroup(
            "right",
            rollouts.map(([answer]) => answer),
          );
          const ranking = (of: (reward: number) => number) =>
            labelMetrics(
              [group],
              [{ label: null, rewards: rollouts.map(([, reward]) => of(reward)), rewarded: true }],
              labels,
            )!.rewardRanking;
          expect(ranking((reward) => Math.exp(reward) - 7)).toBe(ranking((reward) => reward));
          const opposite = ranking((reward) => -reward);
          if (opposite !== null) expect(ranking((reward) => reward)).toBeCloseTo(1 - opposite, 12);
        },
      ),
    );
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

describe("majorityAccuracy", () => {
  const labels = new Map([
    ["a", "1"],
    ["b", "2"],
  ]);
  const of = (batch: readonly (readonly [string, Answers])[]) =>
    majorityAccuracy(
      batch.map(([id, answers]) => makeGroup(id, answers)),
      batch.map(([, answers]) => majorityVote(answers)),
      labels,
    );

  it("is that of the vote, whatever was rewarded; a tie is wrong, an unknown prompt nothing", () => {
    expect(of([["a", ["1", "1", "3"]]])).toBe(1);
    expect(
      of([
        ["a", ["1", "3"]],
        ["b", ["2", "2"]],
        ["c", ["9", "9"]],
      ]),
    ).toBe(1 / 2);
    expect(of([["c", ["9", "9"]]])).toBeNull();
  });
});
