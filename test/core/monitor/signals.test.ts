import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepSignals } from "../../../src/core/monitor/signals.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { makeGroup } from "../reward/make-group.js";

type Answers = readonly (string | null)[];
const signals = (batch: readonly Answers[]) =>
  stepSignals(
    batch.map((answers, g) => makeGroup(`p${g}`, answers)),
    batch.map((answers) => majorityVote(answers)),
  );

const batches = fc.array(
  fc.array(fc.option(fc.constantFrom("1", "2", "3", "4"), { nil: null }), { minLength: 2, maxLength: 6 }),
  { minLength: 1, maxLength: 5 },
);

describe("stepSignals", () => {
  it("is right by hand", () => {
    const found = signals([
      ["1", "1", "1", "1"],
      ["1", "1", "2", null],
      ["3", "4", null, null],
    ]);
    expect(found).toMatchObject({
      agreement: expect.closeTo((1 + 0.5 + 0.25) / 3, 12),
      topShare: 6 / 12,
      topAnswer: "1",
      distinctMajorityShare: 1 / 2,
      unanimousShare: 1 / 3,
      tieShare: 1 / 3,
      noAnswerShare: 3 / 12,
      meanLength: 3,
      truncatedShare: 3 / 12,
    });
    const p = [6 / 9, 1 / 9, 1 / 9, 1 / 9];
    const marginal = -p.reduce((sum, q) => sum + q * Math.log(q), 0);
    const second = -((2 / 3) * Math.log(2 / 3) + (1 / 3) * Math.log(1 / 3));
    expect(found.marginalAnswerEntropy).toBeCloseTo(marginal, 12);
    expect(found.promptAnswerInformation).toBeCloseTo(marginal - (3 * second + 2 * Math.LN2) / 9, 12);
  });

  it("says how many groups have too few answers for a label, and nothing where none has", () => {
    const batch: Answers[] = [
      ["1", null, null, null],
      ["1", "1", null, null],
      [null, null, null, null],
    ];
    const groups = batch.map((answers, g) => makeGroup(`p${g}`, answers));
    const votes = (minAnswers: number) => batch.map((answers) => majorityVote(answers, { minAnswers }));
    expect(stepSignals(groups, votes(2))).toMatchObject({ tooFewShare: 1 / 3, tieShare: 0 });
    expect(stepSignals(groups, votes(1))).not.toHaveProperty("tooFewShare");
  });

  it("tells a collapsed policy from a confident one", () => {
    const confident = signals([
      ["1", "1"],
      ["2", "2"],
      ["3", "3"],
      ["4", "4"],
    ]);
    const collapsed = signals([
      ["1", "1"],
      ["1", "1"],
      ["1", "1"],
      ["1", "1"],
    ]);
    expect([confident.agreement, collapsed.agreement]).toEqual([1, 1]);
    expect([confident.topShare, collapsed.topShare]).toEqual([1 / 4, 1]);
    expect([confident.distinctMajorityShare, collapsed.distinctMajorityShare]).toEqual([1, 1 / 4]);
    expect(confident.marginalAnswerEntropy).toBeCloseTo(Math.log(4), 12);
    expect(collapsed.marginalAnswerEntropy).toBe(0);
    expect(confident.promptAnswerInformation).toBeCloseTo(Math.log(4), 12);
    expect(collapsed.promptAnswerInformation).toBe(0);
  });

  it("stays defined where nobody answered", () => {
    expect(
      signals([
        [null, null],
        [null, null],
      ]),
    ).toMatchObject({
      agreement: 0,
      topShare: 0,
      topAnswer: null,
      distinctMajorityShare: null,
      marginalAnswerEntropy: 0,
      promptAnswerInformation: 0,
      unanimousShare: 0,
      tieShare: 0,
      noAnswerShare: 1,
    });
  });

  it("keeps shares within [0, 1], and information between 0 and the marginal entropy", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const found = signals(batch);
        const { agreement, topShare, unanimousShare, tieShare, noAnswerShare, truncatedShare } = found;
        for (const share of [agreement, topShare, unanimousShare, tieShare, noAnswerShare, truncatedShare]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(found.promptAnswerInformation).toBeGreaterThanOrEqual(0);
        expect(found.promptAnswerInformation).toBeLessThanOrEqual(found.marginalAnswerEntropy + 1e-12);
      }),
    );
  });

  it("does not depend on the order of groups or samples", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const found = signals(batch);
        const reversed = signals([...batch].reverse().map((answers) => [...answers].reverse()));
        expect({ ...reversed, agreement: 0, promptAnswerInformation: 0 }).toEqual({
          ...found,
          agreement: 0,
          promptAnswerInformation: 0,
        });
        expect(reversed.agreement).toBeCloseTo(found.agreement, 12);
        expect(reversed.promptAnswerInformation).toBeCloseTo(found.promptAnswerInformation, 12);
      }),
    );
  });

  it("refuses votes of other groups", () => {
    const mismatch = expect.objectContaining({ code: "monitor-votes-mismatch" });
    expect(() => stepSignals([makeGroup("p", ["1"])], [])).toThrow(mismatch);
    expect(() => stepSignals([], [])).toThrow(mismatch);
  });
});
