import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.js";
import { majorityVote, type TieRule, type VoteResult } from "../../src/vote/majority.js";

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
  classes: vote.classes.map(({ answer, count }) => ({ answer, count })),
});

describe("majorityVote", () => {
  it("counts votes, agreement, margin and entropy over all samples", () => {
    const vote = majorityVote(["4", "7", null, "7", "4", "7", "9", null]);
    expect(vote).toEqual({
      label: "7",
      votes: 3,
      share: 3 / 8,
      classes: [
        { answer: "7", count: 3, first: 1, members: [1, 3, 5] },
        { answer: "4", count: 2, first: 0, members: [0, 4] },
        { answer: "9", count: 1, first: 6, members: [6] },
      ],
      tie: false,
      winners: ["7"],
      noAnswerShare: 2 / 8,
      entropy: expect.closeTo(
        -(0.5 * Math.log(1 / 2) + (1 / 3) * Math.log(1 / 3) + (1 / 6) * Math.log(1 / 6)),
        12,
      ),
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
    const vote = majorityVote(texts.map((text) => extractAnswer(text, { finish: "stop", canonicalise })));
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
    const vote = majorityVote(solutions.map(({ text, finish }) => extractAnswer(text, { finish })));
    expect(vote).toMatchObject({ label: "6", votes: 1, noAnswerShare: 2 / 3 });
  });
});
