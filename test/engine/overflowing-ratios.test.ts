/**
 * Ratios beyond float32: a branch that a bound holds has the bound's value and no gradient, a token of weight 0 has neither, and what
 * nothing bounds is no number, which the engine refuses.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LossSpec, PolicyLoss } from "../../src/core/loss/loss.js";
import type { Datum } from "../../src/engine/engine.js";
import { evaluateLoss } from "./loss-graph.js";

const CLIP = { low: 0.2, high: 0.25 } as const;
const KL = { coefficient: 0.5, corrected: false } as const;

/** One sequence of tokens whose policy has a logprob of −1, and whose sampler had −1 − log r. */
function sequence(logRatios: readonly number[], weights: readonly number[], scale = 0): Datum {
  return {
    prompt: [0],
    completion: logRatios.map(() => 1),
    policyVersion: 0,
    weights: Float32Array.from(weights),
    scales: Float32Array.from(logRatios, () => scale),
    logprobs: Float32Array.from(logRatios, (logRatio) => -1 - logRatio),
    reference: Float32Array.from(logRatios, () => 300),
  };
}

const evaluated = (loss: LossSpec, data: readonly Datum[]) =>
  evaluateLoss(
    loss,
    data,
    data.map(({ completion }) => new Float32Array(completion.length).fill(-1)),
  );

const HUGE = [85, 88.5, 89, 95, 104, 200, 1e4, 1e30, Infinity];

describe("a bounded branch", () => {
  const cases: [string, PolicyLoss, number, number, number][] = [
    // loss, weight, value of −objective, tokens counted as clipped
    ["ppo-clip above", { kind: "ppo-clip", ...CLIP }, 2, -2.5, 1],
    ["ppo-clip with dual, above", { kind: "ppo-clip", ...CLIP, dualClip: 3 }, 2, -2.5, 1],
    ["ppo-clip with dual, below", { kind: "ppo-clip", ...CLIP, dualClip: 3 }, -2, 6, 0],
    ["gspo above", { kind: "gspo", ...CLIP }, 2, -2.5, 1],
    ["importance-sampling without weight", { kind: "importance-sampling" }, 0, 0, 0],
    ["ppo-clip without weight", { kind: "ppo-clip", ...CLIP }, 0, 0, 0],
    ["ppo-clip with dual, without weight", { kind: "ppo-clip", ...CLIP, dualClip: 3 }, 0, 0, 0],
    ["gspo without weight", { kind: "gspo", ...CLIP }, 0, 0, 0],
    ["importance-sampling of weight −0", { kind: "importance-sampling" }, -0, 0, 0],
  ];
  it.each(cases)("%s", async (_, loss, weight, value, clipped) => {
    for (const logRatio of HUGE) {
      const found = await evaluated(loss, [sequence([logRatio], [weight])]);
      expect(found.loss, `log r ${logRatio}`).toBeCloseTo(value, 6);
      expect([...found.gradient[0]!].map(Math.abs), `log r ${logRatio}`).toEqual([0]);
      expect(found.clipped).toBe(clipped);
    }
  });

  it("of cispo keeps its gradient, w times the bound", async () => {
    for (const logRatio of HUGE) {
      const found = await evaluated({ kind: "cispo", ...CLIP }, [sequence([logRatio], [2])]);
      expect(found.gradient[0]![0]).toBeCloseTo(-2.5, 6);
    }
  });
});

describe("what nothing bounds", () => {
  it.each([
    ["importance-sampling", { kind: "importance-sampling" }, 1],
    ["ppo-clip below", { kind: "ppo-clip", ...CLIP }, -1],
    ["ppo-clip below, of a large weight", { kind: "ppo-clip", ...CLIP }, -50],
    ["gspo below", { kind: "gspo", ...CLIP }, -1],
  ] as [string, PolicyLoss, number][])("%s has no finite gradient", async (_, loss, weight) => {
    for (const logRatio of [89, 200, Infinity]) {
      const { gradient } = await evaluated(loss, [sequence([logRatio], [weight])]);
      expect(gradient[0]!.every(Number.isFinite), `log r ${logRatio}`).toBe(false);
    }
  });

  it.each(["importance-sampling", "ppo-clip", "gspo"] as const)("%s keeps a NaN", async (kind) => {
    const loss = { kind, ...CLIP } as PolicyLoss;
    for (const weight of [1, -1]) {
      const { gradient } = await evaluated(loss, [sequence([Number.NaN], [weight])]);
      expect(gradient[0]!.every(Number.isFinite), `weight ${weight}`).toBe(false);
    }
  });
});

it.each(["k1", "k2", "k3"] as const)(
  "a KL term %s has nothing of a token without a share",
  async (estimator) => {
    for (const corrected of [false, true]) {
      const loss: LossSpec = { kind: "importance-sampling", kl: { ...KL, estimator, corrected } };
      const found = await evaluated(loss, [sequence([200], [0])]);
      expect(found.loss).toBeCloseTo(0);
      expect([...found.gradient[0]!].map(Math.abs)).toEqual([0]);
      const counted = await evaluated(loss, [sequence([200], [0], 1)]);
      if (corrected || estimator === "k3") expect(counted.gradient[0]!.every(Number.isFinite)).toBe(false);
    }
  },
);

it("changes nothing for the tokens beside it", async () => {
  const loss: LossSpec = { kind: "ppo-clip", ...CLIP, dualClip: 3 };
  const token = fc.record({
    logRatio: fc.oneof(fc.float({ min: -3, max: 3, noNaN: true }), fc.constantFrom(...HUGE)),
    weight: fc.constantFrom(1, -1, 0, 0.25, -0.5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 8 }), async (tokens) => {
      const found = await evaluated(loss, [
        sequence(
          tokens.map(({ logRatio }) => logRatio),
          tokens.map(({ weight }) => weight),
        ),
      ]);
      tokens.forEach(({ logRatio, weight }, i) => {
        const r = Math.exp(Math.fround(Math.fround(-1) - Math.fround(-1 - logRatio)));
        // The ratio itself has a gradient up to 1 + high for a positive weight, from 1 − low up to the dual bound for a negative one.
        const moves = weight > 0 ? r <= 1.25 : weight < 0 && r >= 0.8 && r <= 3;
        const near = [1.25, 0.8, 3].some((bound) => Math.abs(r - bound) < 1e-5);
        if (!near) expect(found.gradient[0]![i]! + 0).toBeCloseTo(moves ? -weight * r : 0, 4);
      });
    }),
    { numRuns: 60 },
  );
});
