import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { majorityReward } from "../../../src/core/reward/majority.js";
import type { GroupRewardSource } from "../../../src/core/reward/reward-source.js";
import { fixedTeacherReward, groundTruthReward } from "../../../src/core/reward/stored-labels.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { makeGroup } from "./make-group.js";

const answers = fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null }), {
  minLength: 2,
  maxLength: 12,
});
const score = (source: GroupRewardSource, id: string, list: readonly (string | null)[]) =>
  source.reward(makeGroup(id, list), majorityVote(list));

/** What every reward source keeps. */
describe.each<[string, GroupRewardSource]>([
  ["majority", majorityReward()],
  ["majority with a threshold", majorityReward({ agreementThreshold: 0.6 })],
  ["ground-truth", groundTruthReward(new Map([["p", "1"]]))],
  ["fixed-teacher", fixedTeacherReward(new Map([["p", "2"]]))],
  ["fixed-teacher without a label", fixedTeacherReward(new Map([["p", null]]))],
])("the contract of reward sources: %s", (_, source) => {
  it("pays 1 to the rollouts that gave the label and 0 to all others", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const { rewards, label } = score(source, "p", list);
        expect(rewards).toEqual(list.map((answer) => (answer !== null && answer === label ? 1 : 0)));
      }),
    );
  });

  it("never pays a rollout without an answer", () => {
    expect(score(source, "p", [null, "", " ", null]).rewards).toEqual([0, 0, 0, 0]);
  });

  it("keeps no state: the same group gives the same reward after any other", () => {
    fc.assert(
      fc.property(answers, answers, (list, other) => {
        const before = score(source, "p", list);
        score(source, "p", other);
        expect(score(source, "p", list)).toEqual(before);
      }),
    );
  });
});

describe("majorityReward", () => {
  it("rewards agreement with the vote", () => {
    expect(score(majorityReward(), "p", ["7", "8", "7", null])).toEqual({
      label: "7",
      rewards: [1, 0, 1, 0],
      rewarded: true,
    });
  });

  it("gives nothing on a tie that the vote left open", () => {
    expect(score(majorityReward(), "p", ["7", "8"])).toEqual({
      label: null,
      rewards: [0, 0],
      rewarded: false,
    });
  });

  it.each([-0.1, 1.1, Number.NaN])("refuses the threshold %d", (agreementThreshold) => {
    expect(() => majorityReward({ agreementThreshold })).toThrow(
      expect.objectContaining({ code: "reward-threshold-out-of-range" }),
    );
  });

  it("defect 1: pays exactly the members of the class that won the vote", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const vote = majorityVote(list, { ties: "smallest" });
        const { rewards } = majorityReward().reward(makeGroup("p", list), vote);
        expect(rewards.flatMap((r, i) => (r === 1 ? [i] : []))).toEqual(vote.classes[0]?.members ?? []);
      }),
    );
  });

  it("defect 5: duplicate prompts of a batch stay two groups", () => {
    const groups = [
      ["7", "7", "8"],
      ["8", "8", "7"],
    ].map((list) => makeGroup("same", list));
    const votes = groups.map(({ rollouts }) => majorityVote(rollouts.map(({ answer }) => answer)));
    expect(majorityReward().rewards({ step: 1, groups, votes })).toEqual([
      { label: "7", rewards: [1, 1, 0], rewarded: true },
      { label: "8", rewards: [1, 1, 0], rewarded: true },
    ]);
  });

  it("defect 9: the agreement threshold decides which groups are rewarded", () => {
    const source = majorityReward({ agreementThreshold: 0.6 });
    expect(score(source, "p", ["7", "7", "8", "9", null])).toEqual({
      label: null,
      rewards: [0, 0, 0, 0, 0],
      rewarded: false,
    });
    expect(score(source, "p", ["7", "7", "7", "9", null])).toEqual({
      label: "7",
      rewards: [1, 1, 1, 0, 0],
      rewarded: true,
    });
  });
});

describe("stored labels", () => {
  it("compares with the true answer, whatever the majority", () => {
    const source = groundTruthReward(new Map([["p", "8"]]));
    expect(score(source, "p", ["7", "8", "7", null])).toEqual({
      label: "8",
      rewards: [0, 1, 0, 0],
      rewarded: true,
    });
  });

  it("compares with the teacher's vote, which may have had no label", () => {
    const source = fixedTeacherReward(
      new Map([
        ["p", "8"],
        ["q", null],
      ]),
    );
    expect(score(source, "p", ["7", "8"])).toEqual({ label: "8", rewards: [0, 1], rewarded: true });
    expect(score(source, "q", ["7", "8"])).toEqual({ label: null, rewards: [0, 0], rewarded: false });
  });

  it.each([groundTruthReward, fixedTeacherReward])(
    "defects 7 and 8: a missing label is an error, never 0 and never an earlier reward",
    (create) => {
      const source = create(new Map([["p", "7"]]));
      expect(score(source, "p", ["7", "7"]).rewards).toEqual([1, 1]);
      expect(() => score(source, "q", ["7", "7"])).toThrow(
        expect.objectContaining({ code: "reward-label-missing", found: "q", where: "prompt q" }),
      );
    },
  );
});
