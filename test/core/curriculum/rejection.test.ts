import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Candidate,
  countRejections,
  passesNeeded,
  type RejectionRules,
  rejectionOf,
  rejections,
  selectGroups,
  trainable,
} from "../../../src/core/curriculum/rejection.js";
import { majorityReward } from "../../../src/core/reward/majority.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { makeGroup } from "../reward/make-group.js";

const none: RejectionRules = {
  dropUnparsed: false,
  minAgreement: 0,
  zeroSignal: false,
  keepFraction: 1,
  keepBy: "signal",
};

function candidate(answers: readonly (string | null)[], id = "p"): Candidate {
  const group = makeGroup(id, answers);
  const vote = majorityVote(answers);
  return { group, vote, reward: majorityReward().reward(group, vote) };
}

const unanimous = candidate(["1", "1", "1", "1"]);
const clear = candidate(["1", "1", "1", "2"]);
const even = candidate(["1", "1", "2", "3"]);
const tied = candidate(["1", "1", "2", "2"]);
const silent = candidate([null, null, null, null]);
const halfSilent = candidate(["1", "1", "2", null]);

describe("rejectionOf", () => {
  it.each<[string, Candidate, Partial<RejectionRules>, string | null]>([
    ["nothing is asked", silent, {}, null],
    ["the paper's online filter: under 0.6", even, { minAgreement: 0.6 }, "agreement"],
    ["the paper's online filter: 0.6 or more", clear, { minAgreement: 0.6 }, null],
    ["exactly at the bound", even, { minAgreement: 0.5 }, null],
    ["dynamic sampling: all alike", unanimous, { zeroSignal: true }, "zero-signal"],
    ["dynamic sampling: no label", tied, { zeroSignal: true }, "no-label"],
    ["dynamic sampling: a signal", clear, { zeroSignal: true }, null],
    ["SeRL's band: inside", even, { rewardBand: [0.2, 0.8] }, null],
    ["SeRL's band: above", unanimous, { rewardBand: [0.2, 0.8] }, "reward-band"],
    ["SeRL's band: below", silent, { rewardBand: [0.2, 0.8] }, "reward-band"],
    ["too few answers", candidate(["1", null, null, null]), { dropUnparsed: true }, "unparsed"],
    ["answers enough", halfSilent, { dropUnparsed: true }, null],
    // What is left after dropping decides: 2 of 3, not 2 of 4.
    ["the band after dropping", halfSilent, { dropUnparsed: true, rewardBand: [0.6, 0.7] }, null],
    // The vote does not change: 2 of 4.
    ["agreement after dropping", halfSilent, { dropUnparsed: true, minAgreement: 0.6 }, "agreement"],
    [
      "all alike once the silent are gone",
      candidate(["1", "1", "1", null]),
      { dropUnparsed: true, zeroSignal: true },
      "zero-signal",
    ],
    ["a group of one with an answer", candidate(["1"]), { dropUnparsed: true }, null],
    ["a group of one without", candidate([null]), { dropUnparsed: true }, "unparsed"],
  ])("%s", (_, own, rules, expected) => {
    expect(rejectionOf(own, { ...none, ...rules })).toBe(expected);
  });
});

describe("trainable", () => {
  it("keeps rollouts, rewards and places together", () => {
    const { group, reward, samples } = trainable(candidate([null, "1", null, "2", "1"]), true);
    expect(samples).toEqual([1, 3, 4]);
    expect(group.rollouts.map(({ answer }) => answer)).toEqual(["1", "2", "1"]);
    expect(reward.rewards).toEqual([1, 0, 1]);
    expect(trainable(halfSilent, false)).toMatchObject({ group: halfSilent.group, samples: [0, 1, 2, 3] });
  });
});

const answers = fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null }), {
  minLength: 2,
  maxLength: 6,
});
const candidates = fc
  .array(answers, { maxLength: 30 })
  .map((groups) => groups.map((own, i) => candidate(own, `p${i}`)));
const rules: fc.Arbitrary<RejectionRules> = fc.record({
  dropUnparsed: fc.boolean(),
  minAgreement: fc.constantFrom(0, 0.4, 0.6, 0.9),
  zeroSignal: fc.boolean(),
  rewardBand: fc.constantFrom(undefined, [0.2, 0.8], [0.5, 1]),
  keepFraction: fc.constantFrom(0.25, 1 / 3, 0.5, 0.8, 1),
  keepBy: fc.constantFrom("agreement" as const, "signal" as const),
});
const target = fc.integer({ min: 1, max: 12 });

describe("selectGroups", () => {
  it("defect 9: a rejected group is not trained on, and the batch is never larger than asked for", () => {
    fc.assert(
      fc.property(candidates, rules, target, (all, own, most) => {
        const { trained, rejected } = selectGroups(all, own, most);
        expect(rejected).toHaveLength(all.length);
        expect(trained.length).toBeLessThanOrEqual(most);
        expect(trained.map(({ candidate }) => candidate)).toEqual(
          rejected.flatMap((reason, i) => (reason === null ? [i] : [])),
        );
        for (const { candidate: i, samples, group } of trained) {
          expect(rejectionOf(all[i]!, own)).toBeNull();
          expect(group.rollouts).toEqual(samples.map((sample) => all[i]!.group.rollouts[sample]));
          if (own.dropUnparsed) expect(group.rollouts.every(({ answer }) => answer !== null)).toBe(true);
        }
      }),
    );
  });

  it("is full as soon as as many pass as are needed", () => {
    fc.assert(
      fc.property(candidates, rules, target, (all, own, most) => {
        const passed = all.filter((one) => rejectionOf(one, own) === null).length;
        const { trained } = selectGroups(all, own, most);
        if (passed >= passesNeeded(most, own)) expect(trained).toHaveLength(most);
        else expect(trained.length > 0).toBe(passed > 0);
      }),
    );
  });

  it("does not take back what it decided when more is sampled after the batch is full", () => {
    fc.assert(
      fc.property(candidates, candidates, rules, target, (all, more, own, most) => {
        const passed = all.filter((one) => rejectionOf(one, own) === null).length;
        fc.pre(passed >= passesNeeded(most, own));
        const { rejected, trained } = selectGroups([...all, ...more], own, most);
        const alone = selectGroups(all, own, most);
        expect(rejected.slice(0, all.length)).toEqual(alone.rejected);
        expect(trained).toEqual(alone.trained);
      }),
    );
  });

  it("keeps the groups whose rewards spread most, or that agree most; the first of equal ones", () => {
    const all = [unanimous, clear, even, clear, even];
    const kept = (keepBy: "agreement" | "signal") =>
      selectGroups(all, { ...none, keepFraction: 0.4, keepBy }, 2).rejected;
    expect(kept("signal")).toEqual(["keep-fraction", "keep-fraction", null, "keep-fraction", null]);
    expect(kept("agreement")).toEqual([null, null, "keep-fraction", "keep-fraction", "keep-fraction"]);
  });

  it("takes the share of what there is where that is too little, and one at least", () => {
    const share = { ...none, keepFraction: 0.5 };
    expect(selectGroups([even, even, even, even, even], share, 4).trained).toHaveLength(2);
    expect(selectGroups([even], share, 4).trained).toHaveLength(1);
    expect(selectGroups([], share, 4).trained).toEqual([]);
  });

  it("calls what it does not need surplus", () => {
    expect(selectGroups([even, silent, even, even], { ...none, minAgreement: 0.5 }, 2).rejected).toEqual([
      null,
      "agreement",
      null,
      "surplus",
    ]);
  });
});

describe("passesNeeded", () => {
  it("is the batch over the share that is kept of it", () => {
    expect(passesNeeded(32, { keepFraction: 0.5 })).toBe(64);
    expect(passesNeeded(10, { keepFraction: 0.3 })).toBe(34);
    // A third as a double is a little less than a third.
    expect(passesNeeded(3, { keepFraction: 1 / 3 })).toBe(9);
    for (const n of [1, 7, 32]) expect(passesNeeded(n, { keepFraction: 1 })).toBe(n);
  });
});

describe("countRejections", () => {
  it("counts each reason that there is, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(null, ...rejections)), (all) => {
        const counts = countRejections(all);
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        expect(total).toBe(all.filter((reason) => reason !== null).length);
        expect(Object.values(counts).every((count) => count > 0)).toBe(true);
      }),
    );
  });
});
