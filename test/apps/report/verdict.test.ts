import { describe, expect, it } from "vitest";
import type { ArmResult, CollapseResult } from "../../../src/apps/report/demo-data.js";
import {
  collapseSentence,
  compareMeans,
  controlSentence,
  gainSentence,
  type MeanAccuracy,
  riseSentence,
  sharpeningSentence,
  waysSentences,
} from "../../../src/apps/report/verdict.js";

const mean = (value: number, half = 0.04): MeanAccuracy => ({
  mean: value,
  meanCi: [value - half, value + half],
});
const sentence = (after: MeanAccuracy): string => gainSentence("Self-training", mean(0.4), after);

it.each([
  [0.55, "clearly-higher", "raised accuracy on unseen prompts from 40.0% to 55.0% (+15.0\u00a0points)"],
  [0.45, "higher", "but the confidence intervals overlap: no clear gain"],
  [0.4, "equal", "left accuracy on unseen prompts where it was, at 40.0%"],
  [
    0.36,
    "lower",
    "did not improve accuracy on unseen prompts: it went from 40.0% to 36.0% (−4.0\u00a0points)",
  ],
  [0.2, "clearly-lower", "made the model worse: accuracy on unseen prompts fell from 40.0% to 20.0%"],
] as const)("says what a mean of %d after 0.4 is: %s", (after, comparison, words) => {
  expect(compareMeans(mean(0.4), mean(after))).toBe(comparison);
  expect(sentence(mean(after))).toContain(words);
});

it("does not call intervals that touch clear", () => {
  const base: MeanAccuracy = { mean: 0.4, meanCi: [0.35, 0.45] };
  expect(compareMeans(base, { mean: 0.5, meanCi: [0.45, 0.55] })).toBe("higher");
});

it("compares with the control only where the control gained", () => {
  expect(controlSentence(mean(0.4), mean(0.55), mean(0.6))).toContain("75% of the gain");
  expect(controlSentence(mean(0.4), mean(0.38), mean(0.6))).not.toContain("of the gain");
  expect(controlSentence(mean(0.4), mean(0.42), mean(0.41))).toContain(
    "the control itself shows no clear gain",
  );
});

it("tells learning from sharpening by greedy decoding", () => {
  expect(sharpeningSentence({ greedy: 0.5 }, { greedy: 0.6 })).toContain("rose too: 50.0% → 60.0%");
  expect(sharpeningSentence({ greedy: 0.6 }, { greedy: 0.6 })).toContain("did not");
});

describe("a base that knows two ways", () => {
  const arm = (mean: number, maj: number, greedy: number): ArmResult => ({
    mean,
    meanCi: [mean - 0.04, mean + 0.04],
    maj,
    majCi: [maj - 0.04, maj + 0.04],
    greedy,
    greedyCi: [greedy - 0.04, greedy + 0.04],
  });

  it("is said to have risen in what is clear of the intervals, and in nothing else", () => {
    const base = arm(0.3, 0.7, 0.5);
    expect(riseSentence(base, arm(0.8, 0.9, 0.95))).toBe(
      "Self-training raised single samples from 30.0% to 80.0%, the majority from 70.0% to 90.0% and greedy decoding from 50.0% to 95.0%; no confidence interval overlaps that of the base.",
    );
    expect(riseSentence(base, arm(0.8, 0.75, 0.95))).toMatch(
      /moved .*; clear of the base’s confidence interval rose single samples and greedy decoding\.$/,
    );
    expect(riseSentence(base, arm(0.1, 0.7, 0.5))).toMatch(/interval rose nothing\.$/);
  });

  const first = { workedOutShare: 0.5, workedOutAgree: 0.4, guessesAgree: 0.03 };
  it("is said to choose a way because it agrees only where it does agree and was chosen", () => {
    const last = { workedOutShare: 0.95, workedOutAgree: 0.8, guessesAgree: null };
    expect(waysSentences({ first, last })).toEqual([
      "Of two worked-out answers to a prompt 40.0% agree, of two guesses 3.0%.",
      "So self-training learned to work them out: 50.0% → 95.0% of the samples.",
    ]);
    for (const ways of [
      { first, last: { ...last, workedOutShare: 0.2 } },
      { first: { ...first, guessesAgree: 0.6 }, last },
    ])
      expect(waysSentences(ways)[1]).toMatch(/^Worked out: 50\.0% → /);
  });
});

it("reports a collapse, its absence, and whether the mitigation helped", () => {
  const arm = (accuracyEnd: number, agreementEnd: number): CollapseResult => ({
    accuracyStart: 0.5,
    accuracyEnd,
    agreementEnd,
    topShareEnd: 0.9,
    series: [],
  });
  const text = collapseSentence(arm(0.1, 0.98), arm(0.52, 0.7), "fixed labels");
  expect(text).toContain("SRT collapsed: its rollouts agree on 98.0% of the votes");
  expect(text).toContain("With the mitigation (fixed labels) accuracy went 50.0% → 52.0%.");
  expect(collapseSentence(arm(0.48, 0.7), arm(0.45, 0.7), "m")).toMatch(/did not collapse.*ended no higher/);
  expect(collapseSentence(arm(0.1, 0.98), arm(0.2, 0.9), "m")).toContain("did not prevent the fall");
});
