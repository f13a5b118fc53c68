/** Agreement as confidence, against hand counts and a calibrated simulation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../../../../src/core/monitor/calibration/auroc.js";
import { brier } from "../../../../src/core/monitor/calibration/brier.js";
import { reliability } from "../../../../src/core/monitor/calibration/reliability.js";
import { thresholdCurve } from "../../../../src/core/monitor/calibration/threshold-curve.js";
import { wilsonInterval } from "../../../../src/core/statistics/wilson.js";
import { Random } from "../../../../src/random.js";

/** 0.95 right; 0.85 once right, once wrong; 0.25 wrong. */
const votes = [
  { confidence: 0.95, right: true },
  { confidence: 0.85, right: true },
  { confidence: 0.85, right: false },
  { confidence: 0.25, right: false },
];

const calibrated = (count: number) => {
  const random = new Random(17);
  return Array.from({ length: count }, () => {
    const confidence = random.next();
    return { confidence, right: random.next() < confidence };
  });
};

describe("reliability", () => {
  it("is right by hand", () => {
    const { ece, bins } = reliability(votes)!;
    // (1·|1 − 0.95| + 2·|0.5 − 0.85| + 1·|0 − 0.25|)/4 = (0.05 + 0.7 + 0.25)/4.
    expect(ece).toBeCloseTo(0.25, 12);
    expect(
      bins.filter(({ count }) => count > 0).map(({ from, count, observed }) => [from, count, observed]),
    ).toEqual([
      [0.2, 1, 0],
      [0.8, 2, 0.5],
      [0.9, 1, 1],
    ]);
    expect(bins[8]!.interval).toEqual(wilsonInterval(1, 2));
    expect(bins[0]!.interval).toEqual({ low: 0, high: 1 });
    expect(reliability([])).toBeNull();
  });

  it("is near 0 for what is calibrated, with intervals that hold the truth", () => {
    const { ece, bins } = reliability(calibrated(20_000))!;
    expect(ece).toBeLessThan(0.015);
    for (const { interval, predicted } of bins) {
      expect(interval.low).toBeLessThan(predicted! + 0.01);
      expect(interval.high).toBeGreaterThan(predicted! - 0.01);
    }
  });
});

describe("Wilson's interval", () => {
  it.each([
    // (0.1 + 1.9207/10 ∓ 1.96·√(0.009 + 0.009604)) / 1.38415 for 1 of 10.
    [1, 10, 0.0179, 0.4042],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [50, 100, 0.4038, 0.5962],
  ])("of %i in %i", (successes, n, low, high) => {
    const found = wilsonInterval(successes, n);
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  });
});

describe("the Brier score", () => {
  it("and its split are right by hand", () => {
    const found = brier(votes)!;
    // (0.05² + 0.15² + 0.85² + 0.25²)/4.
    expect(found.score).toBeCloseTo((0.0025 + 0.0225 + 0.7225 + 0.0625) / 4, 12);
    expect(found.uncertainty).toBeCloseTo(0.25, 12);
    // (1·½² + 2·0 + 1·½²)/4.
    expect(found.resolution).toBeCloseTo(0.125, 12);
    // (0.05² + 2·0.35² + 0.25²)/4.
    expect(found.reliability).toBeCloseTo((0.0025 + 0.245 + 0.0625) / 4, 12);
    expect(found.withinBins).toBeCloseTo(0, 12);
  });

  it("has no resolution where all are sure, and all of it where confidence knows", () => {
    const sure = brier([true, false, true].map((right) => ({ confidence: 1, right })))!;
    expect(sure).toMatchObject({ resolution: expect.closeTo(0, 12), reliability: expect.closeTo(1 / 9, 12) });
    const knowing = brier([true, false, true].map((right) => ({ confidence: right ? 1 : 0, right })))!;
    expect(knowing.score).toBe(0);
    expect(knowing.resolution).toBeCloseTo(knowing.uncertainty, 12);
    expect(brier([])).toBeNull();
  });

  it("is the sum of its parts", () => {
    const vote = fc.record({
      confidence: fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
      right: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vote, { minLength: 1, maxLength: 30 }), (some) => {
        const { score, reliability: r, resolution, uncertainty, withinBins } = brier(some)!;
        expect(score).toBeCloseTo(r - resolution + uncertainty + withinBins, 12);
        expect(resolution).toBeLessThanOrEqual(uncertainty + 1e-12);
      }),
    );
  });
});

describe("AUROC", () => {
  it("counts pairs, equal ones half", () => {
    // Right 0.95 and 0.85 against wrong 0.85 and 0.25: 2 + (½ + 1) of 4.
    expect(auroc(votes)).toBe(3.5 / 4);
    expect(auroc(votes.map((vote) => ({ ...vote, confidence: 1 })))).toBe(0.5);
    expect(auroc(votes.slice(0, 2))).toBeNull();
    expect(auroc([])).toBeNull();
  });
});

describe("the threshold curve", () => {
  it("says what is kept, and how right that is", () => {
    const prompts = votes.map((vote, i) => ({ ...vote, accuracy: [0.9, 0.8, 0.1, 0][i]! }));
    expect(thresholdCurve(prompts, [0, 0.85, 0.9, 0.99])).toEqual([
      { threshold: 0, covered: 1, majorityAccuracy: 0.5, meanAccuracy: expect.closeTo(0.45, 12) },
      { threshold: 0.85, covered: 0.75, majorityAccuracy: 2 / 3, meanAccuracy: expect.closeTo(0.6, 12) },
      { threshold: 0.9, covered: 0.25, majorityAccuracy: 1, meanAccuracy: 0.9 },
      { threshold: 0.99, covered: 0, majorityAccuracy: null, meanAccuracy: null },
    ]);
    expect(thresholdCurve(prompts)).toHaveLength(11);
    expect(thresholdCurve([])).toEqual([]);
  });
});
