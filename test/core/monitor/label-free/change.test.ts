/** What is held against a reference: excess share, attractors, shift. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnsweredGroup } from "../../../../src/core/monitor/group.js";
import {
  answerShift,
  jensenShannon,
  shiftNull,
} from "../../../../src/core/monitor/label-free/answer-shift.js";
import { contradicts, disconnectedShare } from "../../../../src/core/monitor/label-free/disconnect.js";
import { attractors, excessShare } from "../../../../src/core/monitor/label-free/excess-share.js";
import { answerFigures, shiftFigures } from "../../../../src/core/monitor/label-free/figures.js";
import { referenceOf } from "../../../../src/core/monitor/label-free/reference.js";
import { entropyOf, shareIn, tallyOf } from "../../../../src/core/monitor/label-free/tally.js";
import { mean } from "../../../../src/numbers.js";
import { Random } from "../../../../src/random.js";
import { sampleGroups } from "./simulate.js";

const groups = (...batch: (string | null)[][]): AnsweredGroup[] =>
  batch.map((answers, g) => ({ promptId: `p${g}`, answers }));

describe("tallyOf", () => {
  it("pools counts, and keeps the spread over groups", () => {
    const tally = tallyOf(groups(["a", "a", "b", null], ["a", "c", "c", "c"], []));
    expect(tally).toMatchObject({ groups: 2, rollouts: 8, answered: 7 });
    // Shares ½ and ¼: mean 3/8, variance (1/8)² · 2 / 1 = 1/32, error √(1/32 / 2) = 1/8.
    expect(shareIn(tally, "a")).toEqual({ share: 3 / 8, error: 1 / 8 });
    expect(shareIn(tally, "z")).toEqual({ share: 0, error: 0 });
    // 3, 3 and 1 of 7.
    expect(entropyOf(tally)).toBeCloseTo((6 / 7) * Math.log(7 / 3) + Math.log(7) / 7, 12);
  });
});

describe("excessShare", () => {
  const reference = referenceOf([groups(["1", "1", "2", "3"], ["1", "4", "5", "6"])]);

  it("holds each answer against its own share", () => {
    // 1: 3/8 → 4/8, 7: 0 → 2/8, which is more.
    const now = tallyOf(groups(["1", "1", "7", "2"], ["1", "1", "7", null]));
    expect(excessShare(now, reference)).toMatchObject({ excess: 2 / 8, answer: "7" });
  });

  it("is no alarm for an answer that was common from the start", () => {
    const now = tallyOf(groups(["1", "1", "2", "3"], ["1", "4", "5", "6"]));
    expect(excessShare(now, reference)).toMatchObject({ excess: 0, answer: "1" });
  });

  it("is null where nobody answers, and below 0 where every answer became rarer", () => {
    expect(excessShare(tallyOf(groups([null, null])), reference)).toBeNull();
    const now = tallyOf(groups(["1", null, null, null], [null, null, null, null]));
    expect(excessShare(now, reference)).toMatchObject({ excess: 1 / 8 - 3 / 8, answer: "1" });
  });

  it("has attractors only where several prompts turn to an answer", () => {
    const own = (count: number, taken: number) =>
      groups(...Array.from({ length: count }, (_, g) => Array<string>(4).fill(g < taken ? "x" : `o${g}`)));
    const before = referenceOf([own(32, 0)]);
    // One prompt's unanimous new answer is 1/32 ± 1/32; of k prompts k/32 ± about √k/32.
    for (const taken of [1, 2, 3]) expect(attractors(tallyOf(own(32, taken)), before)).toEqual(new Set());
    for (const taken of [5, 16, 32])
      expect(attractors(tallyOf(own(32, taken)), before)).toEqual(new Set(["x"]));
  });
});

describe("the shift of answers", () => {
  it("is right by hand", () => {
    // p = (½, ½, 0), q = (½, 0, ½): JSD = ½·[½ ln 2 + ½ ln 2] = ½ ln 2.
    const [p, q] = [tallyOf(groups(["a", "b"])), tallyOf(groups(["a", "c"]))];
    expect(jensenShannon(p, q)).toBeCloseTo(Math.LN2 / 2, 12);
    expect(jensenShannon(p, p)).toBe(0);
    expect(jensenShannon(p, tallyOf(groups(["x"])))).toBeCloseTo(Math.LN2, 12);
    expect(jensenShannon(p, tallyOf(groups([null])))).toBeNull();
  });

  it("is symmetric and between 0 and ln 2", () => {
    const batch = fc.array(fc.constantFrom("1", "2", "3", "4"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(batch, batch, (one, other) => {
        const [p, q] = [tallyOf(groups(one)), tallyOf(groups(other))];
        const found = jensenShannon(p, q)!;
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(Math.LN2 + 1e-12);
        expect(jensenShannon(q, p)).toBeCloseTo(found, 12);
      }),
    );
  });

  it("does not take a reference of more rollouts for a more varied one", () => {
    // Fresh draws from 500 equally common answers: 3 steps pooled have more different ones, each step by itself has not.
    const random = new Random(5);
    const step = () =>
      groups(
        ...Array.from({ length: 32 }, () => Array.from({ length: 4 }, () => String(random.int(1, 500)))),
      );
    const reference = referenceOf([step(), step(), step()]);
    const ratios = Array.from({ length: 60 }, () => {
      const own = referenceOf([step(), step(), step()]);
      return answerShift(tallyOf(step()), own).effectiveAnswersRatio!;
    });
    expect(Math.abs(mean(ratios) - 1)).toBeLessThan(0.03);
    expect(Math.exp(entropyOf(reference.pooled)) / reference.effectiveAnswers).toBeGreaterThan(1.5);
  });

  it("has a null that fresh prompts stay within, and a moved policy does not", () => {
    const random = new Random(9);
    const policies = (captured: number) =>
      Array.from({ length: 24 }, (_, g) => ({
        answers: [g < captured ? "x" : `o${random.int(0, 40)}`, "u", "v"],
        probabilities: [0.6, 0.2, 0.2],
      }));
    const sample = (captured: number) => sampleGroups(policies(captured), 8, random);
    const before = [...sample(0), ...sample(0), ...sample(0)];
    const still = shiftNull(sample(0), before)!;
    expect(still.p).toBeGreaterThan(0.05);
    expect(still.mean).toBeGreaterThan(0.01);
    expect(still.shift).toBeLessThan(still.high);
    const moved = shiftNull(sample(12), before)!;
    expect(moved.p).toBeLessThan(0.02);
    expect(moved.shift).toBeGreaterThan(moved.high);
    expect(shiftNull(groups([null]), before)).toBeNull();
  });
});

describe("answers apart from their steps", () => {
  const group: AnsweredGroup = {
    promptId: "p",
    answers: ["1", "2", null, "3", "4"],
    lastResults: ["1", "7", "5", null, "4"],
  };

  it("are counted where both are known", () => {
    expect(group.answers.map((_, i) => contradicts(group, i))).toEqual([false, true, null, null, false]);
    expect(disconnectedShare([group])).toBeCloseTo(1 / 3, 12);
    expect(disconnectedShare(groups(["1"]))).toBeNull();
  });

  it("have a figure where the format shows results, and none elsewhere", () => {
    expect(answerFigures([group]).disconnectedShare).toBeCloseTo(1 / 3, 12);
    expect(answerFigures(groups(["1", "1"]))).not.toHaveProperty("disconnectedShare");
  });
});

it("figures of change are null without a reference, whatever else is there", () => {
  const none = { excessShare: null, excessAnswer: null, answerShift: null, effectiveAnswersRatio: null };
  expect(shiftFigures(groups(["1", "2"]), null)).toEqual(none);
  expect(shiftFigures(groups([null]), referenceOf([groups(["1", "2"])]))).toEqual(none);
  expect(shiftFigures(groups(["1", "2"]), referenceOf([groups(["1", "2"])]))).toEqual({
    excessShare: 0,
    excessAnswer: "1",
    answerShift: 0,
    effectiveAnswersRatio: 1,
  });
});
