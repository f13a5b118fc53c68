/** The course of a run, against runs that were made with a known one. */
import { describe, expect, it } from "vitest";
import { fatesOf } from "../../../../src/core/monitor/course/fates.js";
import { flips } from "../../../../src/core/monitor/course/flips.js";
import { goodhart } from "../../../../src/core/monitor/course/goodhart.js";
import { onsetOf } from "../../../../src/core/monitor/course/onset.js";
import { type PhasePoint, phaseSpans, phasesOf } from "../../../../src/core/monitor/course/phases.js";
import { leadInWidths, transitionOf } from "../../../../src/core/monitor/course/transition.js";
import { leastSquares } from "../../../../src/core/statistics/least-squares.js";
import { trailingMeans } from "../../../../src/core/statistics/smooth.js";
import { Random } from "../../../../src/random.js";

const steps = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Whether each of `prompts` is right, at probability `p`. */
const drawn = (p: number, prompts: number, random: Random) =>
  Array.from({ length: prompts }, () => (random.next() < p ? 1 : 0));

describe("onset", () => {
  it("is right by hand", () => {
    // Peak 0.8 at step 3, start 0.5: tolerance max(0.03, 0.05, 0) = 0.05, bound 0.75. Step 5 is below and step 6 is not.
    const values = [0.5, 0.7, 0.8, 0.78, 0.7, 0.76, 0.74, 0.6];
    const points = values.map((value, i) => ({ step: 10 * (i + 1), values: [value] }));
    expect(onsetOf(points, { window: 1 })).toEqual({
      start: 0.5,
      peak: 0.8,
      peakStep: 30,
      tolerance: 0.05,
      step: 70,
      interval: { low: 70, high: 70 },
      found: 1,
    });
    // 10% of a gain of 0.8 is more than 5 points: bound 0.9 − 0.08.
    const large = [0.1, 0.9, 0.84, 0.81].map((value, step) => ({ step, values: [value] }));
    expect(onsetOf(large, { window: 1 })).toMatchObject({ tolerance: expect.closeTo(0.08, 12), step: 3 });
  });

  it("finds a small fall of prompts that differ much, where they come back", () => {
    // Half of the prompts at 1, half at 0.2: a spread of 0.4. All of them fall by 0.08 from step 6 on.
    const points = steps(12).map((step) => ({
      step,
      values: steps(40).map((prompt) => (prompt % 2 === 0 ? 1 : 0.2) - (step >= 6 ? 0.08 : 0)),
    }));
    const paired = onsetOf(points, { window: 1, paired: true })!;
    expect(paired).toMatchObject({ step: 6, found: 1, tolerance: 0.05, interval: { low: 6, high: 6 } });
    // As prompts of their own at every step, the same values show none: 2 SE are 0.18.
    const apart = onsetOf(points, { window: 1 })!;
    expect(apart.step).toBeNull();
    expect(apart.tolerance).toBeCloseTo(2 * Math.sqrt(2 * (0.16 / 39)), 3);
  });

  it("takes the error of paired prompts from their own differences", () => {
    // Falls of 0 and 0.4 by turns: mean 0.2, standard deviation 0.2 · √(8/7), of 8 prompts.
    const points = [0, 1].map((step) => ({
      step,
      values: steps(8).map((prompt) => 0.9 - (step === 1 && prompt % 2 === 0 ? 0.4 : 0)),
    }));
    const { tolerance, step } = onsetOf(points, { window: 1, paired: true })!;
    expect(tolerance).toBeCloseTo((2 * 0.2 * Math.sqrt(8 / 7)) / Math.sqrt(8), 12);
    expect(step).toBe(1);
  });

  it("is none of a run that gains, or recovers at its end, and of no points", () => {
    const of = (values: number[]) =>
      onsetOf(
        values.map((value, step) => ({ step, values: [value] })),
        { window: 1 },
      );
    expect(of([0.2, 0.4, 0.6])).toMatchObject({ step: null, interval: null, found: 0 });
    expect(of([0.8, 0.2, 0.79])).toMatchObject({ step: null });
    expect(of([])).toBeNull();
    expect(onsetOf([{ step: 1, values: [] }])).toBeNull();
  });

  it("finds a planted one, and its interval holds it", () => {
    const random = new Random(4);
    const p = (step: number) => (step <= 30 ? 0.5 + step / 100 : step < 36 ? 0.8 - (step - 30) * 0.1 : 0.2);
    const points = steps(60).map((step) => ({ step, values: drawn(p(step), 200, random) }));
    const found = onsetOf(points, { window: 3 })!;
    // The mean over steps 30 to 32 is 0.7 and over 29 to 31 0.76: below 0.8 − 0.05 or so from 32 on.
    expect(found.step).toBeGreaterThanOrEqual(31);
    expect(found.step).toBeLessThanOrEqual(34);
    expect(found.interval!.low).toBeLessThanOrEqual(32);
    expect(found.interval!.high).toBeGreaterThanOrEqual(32);
    expect(found.found).toBe(1);
  });

  it("seldom takes noise around a level for a fall", () => {
    const random = new Random(6);
    const healthy = Array.from({ length: 20 }, () =>
      onsetOf(
        steps(40).map((step) => ({ step, values: drawn(0.5, 400, random) })),
        { resamples: 2 },
      ),
    );
    expect(healthy.filter((onset) => onset!.step !== null).length).toBeLessThanOrEqual(2);
  });
});

describe("transition", () => {
  it.each([
    [25, 3],
    [40, 8],
  ])("recovers a planted logistic: centre %i, scale %i", (centre, scale) => {
    const values = steps(60).map((step) => 0.8 - 0.6 / (1 + Math.exp(-(step - centre) / scale)));
    const found = transitionOf(steps(60), values)!;
    expect(found.centre).toBeCloseTo(centre, 1);
    // 10% to 90%: 2 ln 9 scales.
    expect(found.width / (2 * Math.log(9) * scale)).toBeCloseTo(1, 2);
    expect([found.from, found.to]).toEqual([expect.closeTo(0.8, 2), expect.closeTo(0.2, 2)]);
    expect(leadInWidths(centre - found.width, centre, found)).toBeCloseTo(1, 9);
  });

  it("is none of too few points, or of equal ones", () => {
    expect(transitionOf([1, 2, 3, 4], [1, 2, 3, 4])).toBeNull();
    expect(transitionOf(steps(9), Array(9).fill(0.5))).toBeNull();
  });
});

describe("phases", () => {
  const run = (
    stages: readonly [count: number, reward: number, accuracy: number][],
    prompts = 400,
  ): PhasePoint[] => {
    const random = new Random(8);
    let [r, a] = [0.5, 0.5];
    return stages
      .flatMap(([count, reward, accuracy]) =>
        Array.from({ length: count }, () => [reward, accuracy] as const),
      )
      .map(([reward, accuracy], i) => {
        r += reward;
        a += accuracy;
        return { step: i + 1, rewards: drawn(r, prompts, random), accuracies: drawn(a, prompts, random) };
      });
  };

  it("follow a run that improves, saturates, is hacked, collapses and recovers", () => {
    const found = phasesOf(
      run([
        [25, 0.012, 0.012],
        [30, 0, 0],
        [30, 0.006, -0.012],
        [15, 0, -0.012],
        [12, 0, 0.025],
      ]),
    );
    const at = (step: number) => found[step - 1]!.phase;
    expect(at(12)).toBe("improving");
    expect(at(40)).toBe("saturated");
    expect(at(72)).toBe("hacking");
    expect(at(99)).toBe("collapsed");
    expect(at(109)).toBe("recovering");
    const order = phaseSpans(found).map(({ phase }) => phase);
    expect(order.indexOf("improving")).toBeLessThan(order.indexOf("hacking"));
    expect(order.indexOf("hacking")).toBeLessThan(order.indexOf("collapsed"));
    const hacked = found[71]!;
    expect(hacked.rewardSlope!.low).toBeGreaterThan(0);
    expect(hacked.accuracySlope!.high).toBeLessThan(0);
    expect(phaseSpans(found).at(-1)!.to).toBe(112);
  });

  it("have slopes that are right by hand", () => {
    const points = [0.1, 0.2, 0.3, 0.5].map((value, step) => ({ step, rewards: [value], accuracies: [] }));
    // Σ (x − 1.5)·y / 5 = (−0.15 − 0.1 + 0.15 + 0.75)/5.
    const slope = phasesOf(points, { window: 4 })[0]!.rewardSlope!;
    for (const value of [slope.value, slope.low, slope.high]) expect(value).toBeCloseTo(0.13, 12);
  });

  it("without labels know a collapse alone, by prompt-free agreement", () => {
    const points = [0.1, 0.5, 0.51, null].map((promptFree, step) => ({
      step,
      rewards: [0.5],
      accuracies: [],
      promptFree,
    }));
    const found = phasesOf(points).map(({ phase }) => phase);
    expect(found).toEqual(["undecided", "undecided", "collapsed", "undecided"]);
    expect(phaseSpans(phasesOf(points))).toHaveLength(3);
    expect(phasesOf([])).toEqual([]);
  });
});

describe("the Goodhart curve", () => {
  const distances = Array.from({ length: 30 }, (_, i) => 0.2 + i * 0.4);

  it("recovers planted coefficients of either form, and says which fits", () => {
    const [start, alpha, beta] = [0.3, 0.12, 0.05];
    const gold = goodhart(
      distances.map((d) => ({ sequenceKl: d * d, reward: start + d * (alpha - beta * Math.log(d)) })),
    );
    expect(gold.reinforcement).toMatchObject({
      start: expect.closeTo(start, 9),
      alpha: expect.closeTo(alpha, 9),
      beta: expect.closeTo(beta, 9),
      peak: expect.closeTo(Math.exp(alpha / beta - 1), 6),
      height: expect.closeTo(beta * Math.exp(alpha / beta - 1), 6),
      error: expect.closeTo(0, 9),
      explained: expect.closeTo(1, 9),
    });
    expect(gold.bestOfN!.error).toBeGreaterThan(gold.reinforcement!.error);
    const best = goodhart(distances.map((d) => ({ sequenceKl: d * d, reward: 0.3 + d * (0.1 - 0.01 * d) })));
    expect(best.bestOfN).toMatchObject({ peak: expect.closeTo(5, 6), height: expect.closeTo(0.25, 6) });
    expect(best.reinforcement!.error).toBeGreaterThan(best.bestOfN!.error);
  });

  it("recovers them from noise, and is at d* where the fitted curve is highest", () => {
    const random = new Random(12);
    const { reinforcement } = goodhart(
      distances.map((d) => ({
        sequenceKl: d * d,
        reward: 0.2 + d * (0.2 - 0.08 * Math.log(d)) + 0.005 * random.normal(),
      })),
    );
    const { alpha, beta, start, peak, height, error } = reinforcement!;
    expect(Math.abs(alpha - 0.2)).toBeLessThan(0.01);
    expect(Math.abs(beta - 0.08)).toBeLessThan(0.005);
    expect(error).toBeLessThan(0.01);
    const curve = (d: number) => start + d * (alpha - beta * Math.log(d));
    expect(curve(peak!)).toBeCloseTo(start + height!, 9);
    for (const d of [peak! * 0.9, peak! * 1.1]) expect(curve(d)).toBeLessThan(curve(peak!));
  });

  it("has no peak where reward never turns, and no fit of too few or equal points", () => {
    const { reinforcement } = goodhart(
      distances.map((d) => ({ sequenceKl: d * d, reward: d * (0.1 + 0.02 * Math.log(d)) })),
    );
    expect(reinforcement).toMatchObject({ peak: null, height: null, beta: expect.closeTo(-0.02, 9) });
    const none = { reinforcement: null, bestOfN: null };
    expect(goodhart([])).toEqual(none);
    expect(goodhart(Array(3).fill({ sequenceKl: 1, reward: 1 }))).toEqual(none);
    expect(goodhart(Array(9).fill({ sequenceKl: 1, reward: 1 }))).toEqual(none);
    expect(goodhart(Array(9).fill({ sequenceKl: -1, reward: 1 }))).toEqual(none);
    expect(
      goodhart(distances.map((d) => ({ sequenceKl: d * d, reward: 0.5 }))).bestOfN!.explained,
    ).toBeNull();
  });
});

describe("fates", () => {
  it("are counted over the prompts that both evaluations have", () => {
    const majority = (promptId: string, right: boolean) => ({ promptId, right });
    const before = [
      majority("a", true),
      majority("b", true),
      majority("c", false),
      majority("d", false),
      majority("e", true),
    ];
    const after = [
      majority("a", true),
      majority("b", false),
      majority("c", true),
      majority("d", false),
      majority("f", true),
    ];
    expect(fatesOf(before, after)).toEqual({
      prompts: 4,
      stayedRight: 1,
      learned: 1,
      corrupted: 1,
      stayedWrong: 1,
      unmatched: 2,
    });
    expect(fatesOf([], [])).toMatchObject({ prompts: 0, unmatched: 0 });
  });
});

describe("flips", () => {
  it("are right by hand", () => {
    const majorities = [
      ["1", "1", "1", "1"], // never
      ["1", "2", "2", "2"], // flipped before the last two changes, locked since
      ["1", "1", "2", "1"], // flipped twice of two
      ["1", null, "2", "2"], // over a vote without a majority, once of two
      [null, null, null, "1"], // nothing to compare
    ];
    expect(flips(majorities, 2)).toEqual({
      prompts: 4,
      flipRate: (0 + 0 + 1 + 0.5) / 4,
      flippedShare: 2 / 4,
      lockedShare: 2 / 4,
      lockedAfterFlipShare: 1 / 4,
    });
    expect(flips([["1"], [null, "2"]], 2)).toBeNull();
    expect(flips([], 2)).toBeNull();
  });
});

describe("what they are made of", () => {
  it("smooths over what came before, and over gaps", () => {
    expect([...trailingMeans([1, 3, Number.NaN, 5], 2)]).toEqual([1, 2, 3, 5]);
    expect([...trailingMeans([Number.NaN], 3)]).toEqual([Number.NaN]);
  });

  it("solves least squares, whatever the scale of a column, and refuses dependent ones", () => {
    const x = [1, 2, 3, 4, 5];
    const y = x.map((v) => 2 + 3e-6 * v * 1e6);
    const fit = leastSquares([x.map(() => 1), x.map((v) => v * 1e6)], y)!;
    expect(fit.coefficients[0]).toBeCloseTo(2, 9);
    expect(fit.coefficients[1]! * 1e6).toBeCloseTo(3, 9);
    expect(leastSquares([x, x.map((v) => 2 * v)], y)).toBeNull();
  });
});
