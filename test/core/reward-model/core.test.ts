/** The arithmetic of reward models: losses against differences and hand computations, metrics against their definitions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { best } from "../../../src/core/reward-model/best-of.js";
import { calibration } from "../../../src/core/reward-model/calibration.js";
import { scoreMetrics } from "../../../src/core/reward-model/metrics.js";
import {
  objectiveOf,
  objectives,
  sigmoid,
  softplus,
  weightings,
} from "../../../src/core/reward-model/objective.js";
import { type VoteVerdict, voteVerdict } from "../../../src/core/reward-model/vote-verdict.js";

const score = fc.double({ min: -8, max: 8, noNaN: true });
const group = fc.array(fc.tuple(score, fc.boolean()), { minLength: 1, maxLength: 6 }).chain((solutions) =>
  fc.record({
    scores: fc.constant(solutions.map(([s]) => s)),
    voted: fc.record({
      agrees: fc.constant(solutions.map(([, agrees]) => agrees)),
      margin: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  }),
);
const batch = fc.array(group, { minLength: 1, maxLength: 4 });

const both: VoteVerdict = { agrees: [true, false, true], margin: 0.5 };

describe("voteVerdict", () => {
  it("says who agrees, and by how much the majority led", () => {
    expect(voteVerdict(["7", "7", "8", null, "7", "9", "8", "7"], "7")).toEqual({
      agrees: [true, true, false, false, true, false, false, true],
      margin: 2 / 8,
    });
  });
  it("has no verdict without a label, and no margin where a weighted vote chose the rarer answer", () => {
    expect(voteVerdict(["7", "8"], null)).toBeNull();
    expect(voteVerdict(["7", "8", "8"], "7")!.margin).toBe(0);
  });
  it("counts unanimity as the full margin", () => {
    expect(voteVerdict(["7", "7"], "7")).toEqual({ agrees: [true, true], margin: 1 });
  });
});

describe("objectives", () => {
  it("pointwise is the mean binary cross-entropy", () => {
    const { loss, derivatives } = objectiveOf("pointwise", "uniform", [both], [[1, -2, 0.5]]);
    const bce = (-Math.log(sigmoid(1)) - Math.log(1 - sigmoid(-2)) - Math.log(sigmoid(0.5))) / 3;
    expect(loss).toBeCloseTo(bce, 12);
    expect(derivatives[0]![1]).toBeCloseTo(sigmoid(-2) / 3, 12);
  });

  it("bradley-terry is the mean over pairs of −log σ(difference)", () => {
    const { loss, derivatives } = objectiveOf("bradley-terry", "uniform", [both], [[1, -2, 0.5]]);
    expect(loss).toBeCloseTo(-(Math.log(sigmoid(3)) + Math.log(sigmoid(2.5))) / 2, 12);
    expect(derivatives[0]![0]).toBeCloseTo(-sigmoid(-3) / 2, 12);
  });

  it("weighs groups by their margin, so that their weighted mean is the loss", () => {
    const [a, b] = [
      { ...both, margin: 0.9 },
      { ...both, margin: 0.1 },
    ];
    const alone = (scores: number[]) => objectiveOf("pointwise", "uniform", [both], [scores]).loss;
    const { loss } = objectiveOf(
      "pointwise",
      "margin",
      [a, b],
      [
        [1, 2, 3],
        [0, 1, 0],
      ],
    );
    expect(loss).toBeCloseTo(0.9 * alone([1, 2, 3]) + 0.1 * alone([0, 1, 0]), 12);
  });

  for (const objective of objectives) {
    for (const weighting of weightings) {
      it(`${objective}, ${weighting}: derivatives are those of the loss`, () => {
        fc.assert(
          fc.property(batch, (groups) => {
            const voted = groups.map((g) => g.voted);
            const scores = groups.map((g) => [...g.scores]);
            const { derivatives } = objectiveOf(objective, weighting, voted, scores);
            const step = 1e-5;
            for (const [g, own] of scores.entries()) {
              for (const i of own.keys()) {
                const at = (moved: number) => {
                  const other = scores.map((s) => [...s]);
                  other[g]![i]! += moved;
                  return objectiveOf(objective, weighting, voted, other).loss;
                };
                expect(derivatives[g]![i]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 6);
              }
            }
          }),
          { numRuns: 40 },
        );
      });
    }
  }

  it("bradley-terry looks at differences alone: derivatives sum to 0, and a shift of a group changes nothing", () => {
    fc.assert(
      fc.property(batch, score, (groups, shift) => {
        const voted = groups.map((g) => g.voted);
        const at = (by: number) =>
          objectiveOf(
            "bradley-terry",
            "margin",
            voted,
            groups.map((g) => g.scores.map((s) => s + by)),
          );
        const { loss, derivatives } = at(0);
        for (const own of derivatives) expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
        expect(at(shift).loss).toBeCloseTo(loss, 8);
      }),
    );
  });

  it("learns nothing from a tie under margin weights, nor from a pairless group", () => {
    const tie = { ...both, margin: 0 };
    expect(objectiveOf("pointwise", "margin", [tie], [[1, 2, 3]])).toEqual({
      loss: 0,
      derivatives: [[0, 0, 0]],
    });
    const unanimous = { agrees: [true, true], margin: 1 };
    expect(objectiveOf("bradley-terry", "margin", [unanimous], [[1, 2]]).derivatives).toEqual([[0, 0]]);
  });

  it("stays finite where exponentials would overflow", () => {
    expect(softplus(1000)).toBe(1000);
    expect(softplus(-1000)).toBe(0);
    expect(objectiveOf("pointwise", "uniform", [both], [[-900, 900, 0]]).loss).toBeCloseTo(
      (1800 + Math.LN2) / 3,
      9,
    );
  });
});

describe("scoreMetrics", () => {
  const groups = fc.array(
    fc
      .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 8 })
      .map((all) => ({ scores: all.map(([s]) => s), right: all.map(([, r]) => r) })),
    { minLength: 1, maxLength: 5 },
  );
  /** Straight from the definition: every pair, equal scores by half. */
  const share = (scores: number[], right: boolean[]) => {
    let [won, pairs] = [0, 0];
    scores.forEach((s, i) => {
      scores.forEach((t, j) => {
        if (!right[i] || right[j]) return;
        pairs++;
        won += s > t ? 1 : s === t ? 0.5 : 0;
      });
    });
    return { won, pairs };
  };

  it("AUC and pairwise accuracy count pairs", () => {
    fc.assert(
      fc.property(groups, (all) => {
        const metrics = scoreMetrics(all);
        const joined = share(
          all.flatMap((g) => g.scores),
          all.flatMap((g) => g.right),
        );
        const within = all.map((g) => share(g.scores, g.right));
        const pairs = within.reduce((sum, g) => sum + g.pairs, 0);
        const won = within.reduce((sum, g) => sum + g.won, 0);
        expect(metrics.pairs).toBe(pairs);
        if (pairs === 0) expect(metrics.pairwiseAccuracy).toBeNull();
        else expect(metrics.pairwiseAccuracy).toBeCloseTo(won / pairs, 12);
        if (joined.pairs === 0) expect(metrics.auc).toBeNull();
        else expect(metrics.auc).toBeCloseTo(joined.won / joined.pairs, 12);
      }),
    );
  });

  it("calls a solution right from a probability of one half on", () => {
    const { accuracy, rightShare } = scoreMetrics([
      { scores: [0, -0.1, 3, -3], right: [true, true, false, false] },
    ]);
    expect([accuracy, rightShare]).toEqual([0.5, 0.5]);
  });
});

describe("calibration", () => {
  it("is the mean gap between what was said and what came true", () => {
    const { ece, bins } = calibration([0.1, 0.15, 0.9, 1], [false, true, true, true], 10);
    expect(bins[1]).toEqual({ from: 0.1, to: 0.2, count: 2, predicted: 0.125, observed: 0.5 });
    expect(bins[9]).toMatchObject({ count: 2, observed: 1 });
    expect(bins[5]).toMatchObject({ count: 0, predicted: null, observed: null });
    expect(ece).toBeCloseTo((2 * 0.375 + 2 * 0.05) / 4, 12);
  });
  it("is 0 where every bin is right, and counts every solution once", () => {
    expect(calibration([0.5, 0.5], [true, false]).ece).toBe(0);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (all) => {
        const { bins } = calibration(
          all,
          all.map(() => true),
          7,
        );
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      }),
    );
  });
});

describe("best", () => {
  it("names all solutions with the highest score", () => {
    expect(best([1, 3, 2, 3])).toEqual([1, 3]);
  });
});
