/** How many samples with an answer a label needs, and what a vote with fewer comes to. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { majorityReward } from "../../../src/core/reward/majority.js";
import { softReward } from "../../../src/core/reward/soft.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { answersNeeded, MIN_ANSWERS, SHARE } from "../../../src/core/vote/min-answers.js";
import { softRewards } from "../../../src/core/vote/variants.js";
import { makeGroup } from "../reward/make-group.js";

describe("answersNeeded", () => {
  it.each([
    [1, 1, 1],
    [1, 16, 1],
    [3, 16, 3],
    // A group that is smaller than the number: all of it.
    [3, 2, 2],
    [3, 1, 1],
    ["25%", 1, 1],
    ["25%", 2, 1],
    ["25%", 4, 1],
    ["25%", 5, 2],
    ["25%", 8, 2],
    ["25%", 9, 3],
    ["25%", 16, 4],
    ["25%", 64, 16],
    ["100%", 16, 16],
    ["100.0%", 3, 3],
    ["12.5%", 8, 1],
    ["12.5%", 9, 2],
    // 0.07 · 100 is 7.000000000000001 in floating point, 0.29 · 100 less than 29.
    ["7%", 100, 7],
    ["29%", 100, 29],
    ["0.1%", 10, 1],
    ["0.1%", 1001, 2],
  ])("%s of %i samples: %i", (minimum, samples, needed) => {
    expect(answersNeeded(minimum, samples)).toBe(needed);
  });

  it("asks for one sample at least, for all at most, and for no fewer of more", () => {
    const minimum = fc.oneof(
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 100 }).map((p) => `${p}%`),
    );
    fc.assert(
      fc.property(minimum, fc.integer({ min: 1, max: 300 }), (least, n) => {
        const needed = answersNeeded(least, n);
        expect(needed).toBeGreaterThanOrEqual(1);
        expect(needed).toBeLessThanOrEqual(n);
        expect(answersNeeded(least, n + 1)).toBeGreaterThanOrEqual(needed);
      }),
    );
  });

  it.each(["25%", "1%", "0.5%", "99.9%", "100%", "100.00%", "05%"])("%s is a share", (share) => {
    expect(SHARE.test(share)).toBe(true);
  });

  it.each(["0%", "0.0%", "00%", "101%", "100.1%", "25", "-5%", "25 %", "%", ".5%", "5.%", "1e1%", ""])(
    "%j is none",
    (share) => expect(SHARE.test(share)).toBe(false),
  );
});

describe("a vote with a minimum", () => {
  const answers = ["7", null, "8", "7", null, null, null, null];

  it.each([
    [undefined, "7", false],
    [1, "7", false],
    [3, "7", false],
    [4, null, true],
    ["25%", "7", false],
    ["37.5%", "7", false],
    ["38%", null, true],
    ["100%", null, true],
  ])("%s of eight, three with an answer: label %s", (minAnswers, label, tooFew) => {
    expect(majorityVote(answers, minAnswers === undefined ? {} : { minAnswers })).toMatchObject({
      label,
      tooFew,
    });
  });

  it("counts samples, whatever their votes weigh, and breaks no tie below the minimum", () => {
    const weights = [1, 0, 0, 1, 0, 0, 0, 0];
    expect(majorityVote(answers, { weights, minAnswers: 3 }).label).toBe("7");
    expect(majorityVote(["7", "8", null, null], { ties: "first", minAnswers: 3 })).toMatchObject({
      label: null,
      tie: true,
      tooFew: true,
    });
  });

  it("changes nothing but the label", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (some, minAnswers) => {
          const { label, tooFew, ...plain } = majorityVote(some);
          const vote = majorityVote(some, { minAnswers });
          const given = some.filter((answer) => answer !== null).length;
          const under = given > 0 && given < Math.min(minAnswers, some.length);
          expect(tooFew).toBe(false);
          expect(vote).toEqual({ ...plain, label: under ? null : label, tooFew: under });
        },
      ),
    );
  });

  it("has no label where nobody answered, which is not too few", () => {
    expect(majorityVote([null, null], { minAnswers: 2 })).toMatchObject({ label: null, tooFew: false });
  });

  it("rewards nobody, by the majority and by the share of it", () => {
    const group = makeGroup("p", answers);
    const votes = [majorityVote(answers, { minAnswers: 4 })];
    for (const source of [majorityReward(), softReward()])
      expect(source.rewards({ step: 1, groups: [group], votes })).toMatchObject([
        { label: null, rewarded: false, rewards: answers.map(() => 0) },
      ]);
    expect(softRewards(votes[0]!, answers.length)).toEqual(answers.map(() => 0));
  });

  it("asks by default for one answer of a group of up to four, and for four of sixteen", () => {
    const one = (n: number) => ["7", ...Array.from({ length: n - 1 }, () => null)];
    for (let n = 1; n <= 4; n++) expect(majorityVote(one(n), { minAnswers: MIN_ANSWERS }).label).toBe("7");
    for (const n of [5, 8, 16]) expect(majorityVote(one(n), { minAnswers: MIN_ANSWERS }).label).toBeNull();
  });
});
