/** The bias of a reward, against hand counts, identities, and a policy whose accuracy's slope is known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PaidGroup } from "../../../../src/core/monitor/group.js";
import { labelMetrics } from "../../../../src/core/monitor/label-metrics.js";
import { proxyAlignment } from "../../../../src/core/monitor/proxy/alignment.js";
import { drift, majorityDrift } from "../../../../src/core/monitor/proxy/drift.js";
import { falsePay } from "../../../../src/core/monitor/proxy/false-pay.js";
import { hackingGap } from "../../../../src/core/monitor/proxy/gap.js";
import { labelError, largeMajorities, unluckyBound } from "../../../../src/core/monitor/proxy/label-error.js";
import { payments } from "../../../../src/core/monitor/proxy/payments.js";
import { majorityReward } from "../../../../src/core/reward/majority.js";
import { majorityVote } from "../../../../src/core/vote/majority.js";
import { mean } from "../../../../src/numbers.js";
import { Random } from "../../../../src/random.js";
import { makeGroup } from "../../reward/make-group.js";
import { draw } from "../label-free/simulate.js";

/** Groups that the majority reward paid. */
const paid = (truth: string, answers: (string | null)[], promptId = "p"): PaidGroup => {
  const { label, rewards } = majorityReward().reward(makeGroup(promptId, answers), majorityVote(answers));
  return { promptId, answers, rewards, label, truth };
};

const batches = fc.array(
  fc.record({
    answers: fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null, freq: 6 }), {
      minLength: 4,
      maxLength: 4,
    }),
    truth: fc.constantFrom("1", "2"),
  }),
  { minLength: 1, maxLength: 6 },
);
const groupsOf = (batch: readonly { answers: (string | null)[]; truth: string }[]) =>
  batch.map(({ answers, truth }, g) => paid(truth, answers, `p${g}`));

describe("the hacking gap", () => {
  it("is right by hand, with its factors and payments", () => {
    // a: right label. b: m = 2 has 3 of 4, t = 1 has 1: lead ½. c: tied, no label, t has 2 of 4: lead −½.
    const groups = [
      paid("1", ["1", "1", "1", "2"]),
      paid("1", ["2", "2", "2", "1"]),
      paid("1", ["1", "1", "2", "2"]),
    ];
    expect(hackingGap(groups)).toEqual({ gap: 0, wrongLabelShare: 2 / 3, wrongLabelLead: 0 });
    // FP: 3/4 of one group of three; FN: 1/4 of b, 2/4 of c.
    expect(payments(groups)!.paidWrong).toBeCloseTo(0.75 / 3, 12);
    expect(payments(groups)!.unpaidRight).toBeCloseTo(0.75 / 3, 12);
  });

  it("has no factors where what is paid is no label, and nothing outside the scale of right and wrong", () => {
    const group = paid("1", ["1", "2"]);
    expect(hackingGap([{ ...group, label: null, rewards: [0.5, 0.5] }])).toEqual({
      gap: 0,
      wrongLabelShare: null,
      wrongLabelLead: null,
    });
    for (const rewards of [
      [-1, 0],
      [2, 0],
      [Number.NaN, 0],
    ]) {
      expect(hackingGap([{ ...group, rewards }])).toBeNull();
      expect(payments([{ ...group, rewards }])).toBeNull();
    }
    expect([hackingGap([]), payments([])]).toEqual([null, null]);
  });

  it("is FP − FN, the product of its factors, and 1 − FP − FN is the reward's accuracy", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const groups = groupsOf(batch);
        const { gap, wrongLabelShare, wrongLabelLead } = hackingGap(groups)!;
        const { paidWrong, unpaidRight } = payments(groups)!;
        expect(gap).toBeCloseTo(paidWrong - unpaidRight, 12);
        expect(gap).toBeCloseTo(wrongLabelShare! * (wrongLabelLead ?? 0), 12);
        const known = labelMetrics(
          groups.map(({ promptId, answers }) => makeGroup(promptId, answers)),
          groups.map(({ label, rewards }) => ({ label, rewards, rewarded: label !== null })),
          new Map(groups.map(({ promptId, truth }) => [promptId, truth])),
        )!;
        expect(known.hackingGap).toBeCloseTo(gap, 12);
        expect(known.rewardAccuracy).toBeCloseTo(1 - paidWrong - unpaidRight, 12);
        expect(known.labelAccuracy).toBeCloseTo(1 - wrongLabelShare!, 12);
      }),
    );
  });
});

describe("alignment", () => {
  it("is 1 for the truth, −1 for its opposite, and right between by hand", () => {
    const base = { promptId: "p", answers: ["1", "1", "2", "3"], label: null, truth: "1" };
    expect(proxyAlignment([{ ...base, rewards: [1, 1, 0, 0] }])).toBeCloseTo(1, 12);
    expect(proxyAlignment([{ ...base, rewards: [0, 0, 5, 5] }])).toBeCloseTo(-1, 12);
    // r̃ − ½ = (½, −½, ½, −½), r* − ½ = (½, ½, −½, −½): covariance 0.
    expect(proxyAlignment([{ ...base, rewards: [1, 0, 1, 0] }])).toBeCloseTo(0, 12);
    // Of both groups Σ Cov = ⅓ + 0, Σ Var = ⅔ on either side: ½.
    expect(
      proxyAlignment([
        { ...base, rewards: [1, 1, 0, 0] },
        { ...base, rewards: [1, 0, 1, 0] },
      ]),
    ).toBeCloseTo(0.5, 12);
  });

  it("is null where reward or truth does not vary within a prompt", () => {
    expect(proxyAlignment([paid("1", ["1", "1"]), paid("1", ["2", "2"])])).toBeNull();
    expect(proxyAlignment([])).toBeNull();
  });
});

describe("drift", () => {
  const answers = fc.array(fc.option(fc.constantFrom("1", "2", "3", "4"), { nil: null, freq: 6 }), {
    minLength: 3,
    maxLength: 9,
  });

  it("pays each pair by the votes of the others, as by voting without the two", () => {
    fc.assert(
      fc.property(answers, (some) => {
        const n = some.length;
        let paidPairs = 0;
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            if (i === j) continue;
            const others = some.filter((_, k) => k !== i && k !== j);
            const { label } = majorityVote(others);
            const right = (k: number) => (some[k] === "1" ? 1 : 0);
            if (label !== null && some[i] === label) paidPairs += right(i) - right(j);
          }
        expect(majorityDrift([{ answers: some, truth: "1" }])).toBeCloseTo(paidPairs / (n * (n - 1)), 12);
      }),
    );
  });

  it("is p̂_t(1 − p̂_t) n/(n − 1) where the label is clearly right, and −p̂_m p̂_t n/(n − 1) where it is clearly wrong", () => {
    const right = paid("1", ["1", "1", "1", "1", "1", "2", null]);
    const wrong = paid("2", ["1", "1", "1", "1", "1", "2", "3"]);
    expect(majorityDrift([right])).toBeCloseTo(((5 / 7) * (2 / 7) * 7) / 6, 12);
    expect(majorityDrift([wrong])).toBeCloseTo(((-5 / 7) * (1 / 7) * 7) / 6, 12);
    expect(majorityDrift([right, wrong])).toBeCloseTo(((5 / 7) * (1 / 7) * 7) / 6 / 2, 12);
    expect(majorityDrift([paid("1", ["1", "2"])])).toBeNull();
  });

  it("takes rewards as they are where the samples do not make the label", () => {
    const teacher = { ...paid("1", ["1", "1", "2", "2"]), rewards: [1, 1, 0, 0], label: "1" };
    expect(drift([teacher])).toBeCloseTo(1 / 3, 12);
    // Any two of 1 and 2 leave a tie.
    expect(majorityDrift([teacher])).toBe(0);
    expect(drift([paid("1", ["1"])])).toBeNull();
  });

  it("is, to first order, what a natural-gradient step does to the accuracy of a softmax policy", () => {
    // A natural-gradient step of size η on E[r̃] adds η·A to the logits, A the advantage: accuracy changes by η Cov(r̃, r*).
    const policies = [
      [0.6, 0.3, 0.1],
      [0.25, 0.65, 0.1],
      [0.45, 0.2, 0.35],
    ];
    const random = new Random(21);
    const n = 9;
    const eta = 1e-4;
    let [expected, measured] = [0, 0];
    const rounds = 8000;
    for (let round = 0; round < rounds; round++) {
      for (const policy of policies) {
        const answers = Array.from({ length: n }, () => String(draw(policy, random)));
        measured += majorityDrift([{ answers, truth: "0" }])! / policies.length / rounds;
        const { label } = majorityVote(answers.slice(2));
        const rewards = policy.map((_, a) => (String(a) === label ? 1 : 0));
        const baseline = policy.reduce((sum, p, a) => sum + p * rewards[a]!, 0);
        const moved = policy.map((p, a) => p * Math.exp(eta * (rewards[a]! - baseline)));
        const after = moved[0]! / moved.reduce((sum, p) => sum + p, 0);
        expected += (after - policy[0]!) / eta / policies.length / rounds;
      }
    }
    // Both are estimates, each to about 0.001.
    expect(expected).toBeGreaterThan(0.02);
    expect(Math.abs(measured - expected)).toBeLessThan(0.004);
  });
});

describe("label error", () => {
  it("splits into wrong majorities, unlucky and lucky votes", () => {
    const majorities = new Map([
      ["a", "1"],
      ["b", "1"],
      ["c", "2"],
      ["d", "2"],
      ["e", null],
    ]);
    const truth = "1";
    const groups = [
      { promptId: "a", label: "1", truth },
      { promptId: "b", label: "2", truth }, // unlucky
      { promptId: "c", label: "2", truth }, // the majority is wrong
      { promptId: "d", label: "1", truth }, // lucky
      { promptId: "e", label: null, truth }, // no majority, no label
      { promptId: "f", label: "1", truth }, // no large vote: not counted
    ];
    const found = labelError(groups, majorities)!;
    expect(found).toEqual({ groups: 5, error: 3 / 5, wrongMajority: 3 / 5, unlucky: 1 / 5, lucky: 1 / 5 });
    expect(found.wrongMajority + found.unlucky - found.lucky).toBeCloseTo(found.error, 12);
    expect(labelError(groups.slice(5), majorities)).toBeNull();
  });

  it("pools the votes of a prompt, and leaves out those with few", () => {
    const groups = [
      { promptId: "a", answers: ["1", "1", "2"] },
      { promptId: "a", answers: ["2", "2", null] },
      { promptId: "b", answers: ["1", "2", "1", "2"] },
      { promptId: "c", answers: ["1"] },
    ];
    expect(largeMajorities(groups, 4)).toEqual(
      new Map([
        ["a", "2"],
        ["b", null],
      ]),
    );
    expect(largeMajorities(groups)).toEqual(new Map());
  });

  it("bounds unlucky votes above how often they happen", () => {
    const policy = [0.5, 0.3, 0.2];
    const random = new Random(2);
    for (const n of [4, 16, 64]) {
      const missed = mean(
        Array.from({ length: 500 }, () => {
          const vote = majorityVote(Array.from({ length: n }, () => String(draw(policy, random))));
          return vote.label === "0" ? 0 : 1;
        }),
      );
      expect(missed).toBeLessThanOrEqual(unluckyBound(policy, n));
    }
    expect(unluckyBound(policy, 200)).toBeCloseTo(Math.exp(-100 * 0.04) + Math.exp(-100 * 0.09), 12);
    expect(unluckyBound([1], 1)).toBe(0);
  });
});

describe("false pay", () => {
  it("goes to attractors first, then to contradictions, then to the prompt's own errors", () => {
    const group: PaidGroup = {
      promptId: "p",
      answers: ["x", "y", "y", "t", "z"],
      lastResults: ["q", "q", "y", "q", null],
      rewards: [1, 1, 1, 1, 0.5],
      label: null,
      truth: "t",
    };
    // Wrong pay 3.5: x 1, the first y 1, the second y and z 1.5.
    const found = falsePay([group], new Set(["x"]))!;
    expect(found.toAttractor).toBeCloseTo(1 / 3.5, 12);
    expect(found.toContradiction).toBeCloseTo(1 / 3.5, 12);
    expect(found.toOwnError).toBeCloseTo(1.5 / 3.5, 12);
    expect(falsePay([{ ...group, rewards: [0, 0, 0, 1, 0] }], new Set())).toBeNull();
    expect(falsePay([{ ...group, rewards: [-1, 0, 0, 1, 0] }], new Set())).toBeNull();
  });
});
