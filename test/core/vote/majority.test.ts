import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRules, taskRules } from "../../../src/core/answer/extract/rules.js";
import { extractAnswer } from "../../../src/core/answer/extract.js";
import { majorityVote, type VoteResult } from "../../../src/core/vote/majority.js";
import type { TieRule } from "../../../src/core/vote/ties.js";
import { pairwiseAgreement, pairwiseRewards, softRewards } from "../../../src/core/vote/variants.js";
import { voteWeights } from "../../../src/core/vote/weights.js";

const answer = fc.option(fc.constantFrom("1", "2", "3", "12", "x"), { nil: null, freq: 4 });
const answers = fc.array(answer, { minLength: 1, maxLength: 20 });
const shuffled = answers.chain((original) =>
  fc
    .shuffledSubarray(
      original.map((_, i) => i),
      { minLength: original.length, maxLength: original.length },
    )
    .map((order) => ({ original, permuted: order.map((i) => original[i]!) })),
);
const invariantTies = fc.constantFrom<TieRule>("none", "smallest");

/** A vote without the sample indices, which follow the samples when they are permuted. */
const withoutIndices = (vote: VoteResult) => ({
  ...vote,
  classes: vote.classes.map(({ answer, count, weight }) => ({ answer, count, weight })),
});

describe("majorityVote", () => {
  it("counts votes, agreement, margin and entropy over all samples", () => {
    const vote = majorityVote(["4", "7", null, "7", "4", "7", "9", null]);
    expect(vote).toEqual({
      label: "7",
      votes: 3,
      share: 3 / 8,
      classes: [
        { answer: "7", count: 3, weight: 3, first: 1, members: [1, 3, 5] },
        { answer: "4", count: 2, weight: 2, first: 0, members: [0, 4] },
        { answer: "9", count: 1, weight: 1, first: 6, members: [6] },
      ],
      tie: false,
      tooFew: false,
      winners: ["7"],
      noAnswerShare: 2 / 8,
      entropy: expect.closeTo(
        -(0.5 * Math.log(1 / 2) + (1 / 3) * Math.log(1 / 3) + (1 / 6) * Math.log(1 / 6)),
        12,
      ),
      effectiveAnswers: expect.closeTo(2.749459, 6),
      margin: 1 / 8,
    });
  });

  it("has no label where nobody answered", () => {
    expect(majorityVote([null, null])).toMatchObject({
      label: null,
      votes: 0,
      share: 0,
      tie: false,
      winners: [],
      noAnswerShare: 1,
      entropy: 0,
      margin: 0,
    });
  });

  it("refuses an empty group", () => {
    expect(() => majorityVote([])).toThrow(expect.objectContaining({ code: "vote-empty-group" }));
  });

  it("is invariant to the order of the samples", () => {
    fc.assert(
      fc.property(shuffled, invariantTies, ({ original, permuted }, ties) => {
        expect(withoutIndices(majorityVote(permuted, { ties }))).toEqual(
          withoutIndices(majorityVote(original, { ties })),
        );
      }),
    );
  });

  it("is changed by added samples without an answer only in n", () => {
    fc.assert(
      fc.property(
        answers,
        fc.nat(5),
        fc.constantFrom<TieRule>("none", "smallest", "first"),
        (list, extra, ties) => {
          const before = majorityVote(list, { ties });
          const after = majorityVote([...list, ...new Array<null>(extra).fill(null)], { ties });
          const n = list.length + extra;
          const missing = list.filter((a) => a === null).length + extra;
          expect({ ...after, share: 0, margin: 0, noAnswerShare: 0 }).toEqual({
            ...before,
            share: 0,
            margin: 0,
            noAnswerShare: 0,
          });
          expect(after.share).toBe(before.votes / n);
          expect(after.noAnswerShare).toBe(missing / n);
        },
      ),
    );
  });

  it("gives each sample to the class of its answer, and every class its samples", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const { classes } = majorityVote(list);
        for (const c of classes) {
          expect(c.members).toEqual(list.flatMap((a, i) => (a === c.answer ? [i] : [])));
          expect(c.count).toBe(c.members.length);
          expect(c.first).toBe(c.members[0]);
        }
        expect(classes.length).toBe(new Set(list.filter((a) => a !== null)).size);
      }),
    );
  });

  it("labels an answer that no other outvotes", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const { label, votes } = majorityVote(list, { ties: "smallest" });
        const counts = list.filter((a) => a !== null).map((a) => list.filter((b) => b === a).length);
        expect(votes).toBe(Math.max(0, ...counts));
        expect(list.filter((a) => a !== null && a === label).length).toBe(votes);
      }),
    );
  });

  it("defect 1: equivalent answers vote together once they are canonical", () => {
    const canonicalise = (text: string) => {
      const [numerator, denominator = "1"] = text.split("/");
      return String(Number(numerator) / Number(denominator));
    };
    const texts = ["#1/2", "#0.5", "#3", "#3", "#2/4"];
    const vote = majorityVote(
      texts.map((text) => extractAnswer(text, { canonicalise, rules: answerRules(taskRules) })),
    );
    expect(vote).toMatchObject({ label: "0.5", votes: 3 });
    expect(vote.classes[0]?.members).toEqual([0, 1, 4]);
  });

  it("defect 2: an empty answer never votes or wins", () => {
    expect(majorityVote(["", " ", "", null, "7"])).toMatchObject({
      label: "7",
      votes: 1,
      noAnswerShare: 4 / 5,
    });
    expect(majorityVote(["", "", ""]).label).toBeNull();
  });

  it("defect 3: a tie is reported and broken by the stated rule only", () => {
    const tied = ["9", "10", "9", "10", "2"];
    expect(majorityVote(tied)).toMatchObject({
      label: null,
      tie: true,
      votes: 2,
      winners: ["10", "9"],
      margin: 0,
    });
    expect(majorityVote(tied, { ties: "none" }).label).toBeNull();
    expect(majorityVote(tied, { ties: "smallest" }).label).toBe("10");
    expect(majorityVote(tied, { ties: "first" }).label).toBe("9");
    expect(majorityVote([...tied].reverse(), { ties: "first" }).label).toBe("10");
  });

  it("defect 4: the last number of an unfinished solution does not vote", () => {
    const solutions = [
      { text: "12,0#12", finish: "length" },
      { text: "12,0#12", finish: "length" },
      { text: "6,0#6", finish: "stop" },
    ] as const;
    const vote = majorityVote(
      solutions.map(({ text, finish }) => extractAnswer(text, { finish, rules: answerRules(taskRules) })),
    );
    expect(vote).toMatchObject({ label: "6", votes: 1, noAnswerShare: 2 / 3 });
  });

  it("breaks ties by length, by logprob, and by a draw that the order of the samples does not change", () => {
    const tied = ["9", "10", "9", "10", "2"];
    const lengths = [30, 20, 40, 50, 1];
    const logprobs = [-2, -3, -0.5, -1, 0];
    expect(majorityVote(tied, { ties: "shortest" }).label).toBe("9");
    expect(majorityVote(tied, { ties: "shortest", lengths }).label).toBe("10");
    expect(majorityVote(tied, { ties: "shortest", lengths: [1, 1, 1, 1, 1] }).label).toBeNull();
    expect(majorityVote(tied, { ties: "logprob", logprobs }).label).toBe("9");
    expect(majorityVote(tied, { ties: "logprob" }).label).toBeNull();
    const drawn = Array.from(
      { length: 400 },
      (_, seed) => majorityVote(tied, { ties: "random", seed }).label,
    );
    const nines = drawn.filter((label) => label === "9").length;
    expect(nines).toBeGreaterThan(150);
    expect(nines).toBeLessThan(250);
    expect(drawn.filter((label) => label === "10").length).toBe(400 - nines);
    fc.assert(
      fc.property(shuffled, fc.nat(), ({ original, permuted }, seed) => {
        expect(majorityVote(permuted, { ties: "random", seed }).label).toBe(
          majorityVote(original, { ties: "random", seed }).label,
        );
      }),
    );
  });

  it("has no tie to break where one answer has more votes, and none where nobody answered", () => {
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom<TieRule>("first", "shortest", "logprob", "random", "smallest"),
        (list, ties) => {
          const vote = majorityVote(list, { ties, logprobs: list.map((_, i) => -i) });
          if (!vote.tie) expect(vote.label).toBe(vote.winners[0] ?? null);
          else expect([null, ...vote.winners]).toContain(vote.label);
        },
      ),
    );
  });
});

describe("a weighted vote", () => {
  it("counts weights, over all samples", () => {
    const vote = majorityVote(["a", "b", "b", null], { weights: [5, 1, 2, 2] });
    expect(vote).toMatchObject({ label: "a", votes: 5, share: 0.5, noAnswerShare: 0.2, margin: 0.2 });
    expect(vote.classes.map(({ answer, count, weight }) => [answer, count, weight])).toEqual([
      ["a", 1, 5],
      ["b", 2, 3],
    ]);
  });

  it("is the plain vote where the weights are equal", () => {
    fc.assert(
      fc.property(answers, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (list, weight) => {
        const plain = majorityVote(list);
        expect(majorityVote(list, { weights: list.map(() => 1) })).toEqual(plain);
        const scaled = majorityVote(list, { weights: list.map(() => weight) });
        expect([scaled.label, scaled.tie, scaled.winners]).toEqual([plain.label, plain.tie, plain.winners]);
        expect(scaled.share).toBeCloseTo(plain.share, 12);
        expect(scaled.entropy).toBeCloseTo(plain.entropy, 9);
      }),
    );
  });

  it("does not depend on the order of the samples, to the bit", () => {
    const weighted = fc.array(fc.tuple(answer, fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(weighted, fc.infiniteStream(fc.nat()), (pairs, order) => {
        const permuted = pairs
          .map((pair) => [order.next().value as number, pair] as const)
          .sort(([a], [b]) => a - b)
          .map(([, pair]) => pair);
        const vote = (list: typeof pairs) =>
          withoutIndices(
            majorityVote(
              list.map(([a]) => a),
              { weights: list.map(([, w]) => w) },
            ),
          );
        expect(vote(permuted)).toEqual(vote(pairs));
      }),
    );
  });

  it("ties sums that differ in their rounding alone", () => {
    const weights = [0.1, 0.2, 0.3];
    expect(majorityVote(["a", "a", "b"], { weights })).toMatchObject({ tie: true, label: null, margin: 0 });
  });

  it("elects nobody without any weight", () => {
    expect(majorityVote(["a", "b"], { weights: [0, 0] })).toMatchObject({
      label: null,
      share: 0,
      classes: [],
    });
    expect(majorityVote(["a", "b"], { weights: [0, 1] })).toMatchObject({ label: "b", share: 1 });
  });

  it.each([[[1]], [[1, -1]], [[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])(
    "refuses the weights %j",
    (weights) => {
      expect(() => majorityVote(["a", "b"], { weights })).toThrow(
        expect.objectContaining({ code: "vote-weights" }),
      );
    },
  );

  it("weighs by probability, whole or by the token", () => {
    const samples = [
      { sum: -10, tokens: 10 },
      { sum: -4, tokens: 2 },
    ];
    expect(voteWeights("uniform", samples)).toBeUndefined();
    expect(voteWeights("logprob", samples)).toEqual([Math.exp(-6), 1]);
    expect(voteWeights("length-normalised", samples)).toEqual([1, Math.exp(-1)]);
  });
});

describe("uncertainty", () => {
  it("lies between one answer and as many as there are", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const { effectiveAnswers, classes } = majorityVote(list);
        if (classes.length === 0) expect(effectiveAnswers).toBe(0);
        else {
          expect(effectiveAnswers).toBeGreaterThanOrEqual(1);
          expect(effectiveAnswers).toBeLessThanOrEqual(classes.length + 1e-9);
        }
      }),
    );
    expect(majorityVote(["1", "2", "3", "4"]).effectiveAnswers).toBeCloseTo(4, 12);
  });
});

describe("soft and pairwise rewards", () => {
  it("pay the share of the vote, and the share of the others that agree", () => {
    const vote = majorityVote(["a", "b", "a", null]);
    expect(softRewards(vote, 4)).toEqual([0.5, 0.25, 0.5, 0]);
    expect(pairwiseRewards(vote, 4)).toEqual([1 / 3, 0, 1 / 3, 0]);
    expect(pairwiseAgreement(vote, 4)).toBeCloseTo(1 / 6, 12);
    expect(pairwiseRewards(majorityVote(["a"]), 1)).toEqual([0]);
  });

  it("never pay a sample without an answer, and add up as they should", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const vote = majorityVote(list);
        const n = list.length;
        const [soft, pairwise] = [softRewards(vote, n), pairwiseRewards(vote, n)];
        list.forEach((a, i) => {
          if (a === null) expect([soft[i], pairwise[i]]).toEqual([0, 0]);
          else {
            expect(soft[i]).toBeCloseTo(list.filter((b) => b === a).length / n, 12);
            const others = list.filter((b, j) => j !== i && b === a).length;
            expect(pairwise[i]).toBeCloseTo(n > 1 ? others / (n - 1) : 0, 12);
          }
        });
        const pairs = list.flatMap((a, i) => list.slice(i + 1).map((b) => (a !== null && a === b ? 1 : 0)));
        const mean = pairs.length === 0 ? 0 : pairs.reduce<number>((sum, p) => sum + p, 0) / pairs.length;
        expect(pairwiseAgreement(vote, n)).toBeCloseTo(mean, 12);
      }),
    );
  });
});
