/** The figures of probes whose answers are given, against counts by hand. */
import { describe, expect, it } from "vitest";
import { type Probed, probedGroups } from "../../../src/training/probe/history.js";
import { probeMetrics } from "../../../src/training/probe/metrics.js";
import { probeRows } from "../../run/probe-rows.js";

type Answers = readonly (readonly (string | null)[])[];

const rowsOf = (step: number, answers: Answers) =>
  probeRows(
    step,
    answers.map((own, g) => ({ id: `p${g}`, text: `${g}=`, answers: own })),
  );

/** The metrics of the last of several probes. */
function last(probes: readonly Answers[], labels: ReadonlyMap<string, string> = new Map()) {
  const earlier = probes
    .slice(0, -1)
    .map((answers, i): Probed => ({ step: i, groups: probedGroups(rowsOf(i, answers)) }));
  return probeMetrics(rowsOf(probes.length - 1, probes.at(-1)!), earlier, labels);
}

const start: Answers = [
  ["1", "1", "2"],
  ["3", "3", "4"],
  ["1", "5", "5"],
  ["6", null, "7"],
];
/** Everyone turns to 1. */
const captured: Answers = [
  ["1", "1", "1"],
  ["1", "1", "4"],
  ["1", "1", "5"],
  ["6", "6", "7"],
];

describe("probeMetrics", () => {
  it("of the first probe is the reference, and held against nothing", () => {
    const metrics = last([start]);
    expect(metrics).toMatchObject({
      agreement: (2 / 3 + 2 / 3 + 2 / 3 + 1 / 3) / 4,
      noAnswerShare: 1 / 12,
      truncatedShare: 1 / 12,
      topAnswer: "1",
      topShare: 3 / 12,
      entropy: 1.5,
      excessShare: null,
      excessAnswer: null,
      excessError: null,
      answerShift: null,
      effectiveAnswersRatio: null,
    });
    for (const name of ["flipRate", "flippedShare", "lockedAfterFlipShare", "accuracy", "learned", "kl"])
      expect(metrics).not.toHaveProperty(name);
  });

  it("says which answer took over, how sure that is, and what flipped", () => {
    const metrics = last([start, captured]);
    // 7 of 12 are 1 now, 3 were; each prompt against itself: +1/3, +2/3, +1/3, 0.
    const risen = [1 / 3, 2 / 3, 1 / 3, 0];
    const spread = risen.reduce((sum, own) => sum + (own - 1 / 3) ** 2, 0) / 3;
    expect(metrics.excessShare).toBeCloseTo(4 / 12, 12);
    expect(metrics.excessAnswer).toBe("1");
    expect(metrics.excessError).toBeCloseTo(Math.sqrt(spread / 4), 12);
    expect(metrics.effectiveAnswersRatio).toBeLessThan(1);
    // The fourth had no majority before.
    expect(metrics).toMatchObject({ flipRate: 2 / 3, flippedShare: 2 / 3, lockedAfterFlipShare: 0 });
    // W: pairs of a prompt that agree, 3, 1, 1 and 1 of 3; B: 45 pairs of 3 and 3, of 9 · 6 between prompts, counted by hand.
    const between = (7 * 7 - (9 + 4 + 4)) / (144 - 36);
    expect(metrics.promptFreeAgreement).toBeCloseTo(between / ((1 + 1 / 3 + 1 / 3 + 1 / 3) / 4), 12);
  });

  it("locks what flipped once, after three probes without a flip", () => {
    const times = (count: number) => [start, ...Array.from({ length: count }, () => captured)];
    expect(last(times(3))).toMatchObject({ flipRate: 0, flippedShare: 0.5, lockedAfterFlipShare: 0 });
    expect(last(times(4))).toMatchObject({ flipRate: 0, flippedShare: 0, lockedAfterFlipShare: 0.5 });
  });

  it("counts fates of the prompts whose answer is known", () => {
    const labels = new Map([
      ["p0", "1"],
      ["p1", "3"],
      ["p2", "1"],
    ]);
    expect(last([start, captured], labels)).toMatchObject({
      accuracy: 5 / 9,
      majorityAccuracy: 2 / 3,
      stayedRight: 1,
      learned: 1,
      corrupted: 1,
      stayedWrong: 0,
    });
  });

  it("of a policy that answers nothing any more is null where a share of nothing is asked for", () => {
    const mute: Answers = start.map((own) => own.map(() => null));
    expect(last([start, mute])).toMatchObject({
      noAnswerShare: 1,
      promptFreeAgreement: null,
      excessShare: null,
      excessAnswer: null,
      excessError: null,
      answerShift: null,
    });
  });
});
