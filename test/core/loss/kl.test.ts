import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KlEstimator, klPenalisedRewards, tokenKl } from "../../../src/core/loss/kl.js";

const logprob = fc.double({ min: -6, max: -0.01, noNaN: true });
const pairs = fc.array(fc.tuple(logprob, logprob), { minLength: 1, maxLength: 8 });
const kinds: readonly KlEstimator[] = ["k1", "k2", "k3"];

describe("tokenKl", () => {
  it("is Schulman's k1, k2 and k3, by hand", () => {
    const policy = [Math.log(0.5)];
    const reference = [Math.log(0.25)];
    expect(tokenKl("k1", policy, reference)[0]).toBeCloseTo(Math.LN2, 14);
    expect(tokenKl("k2", policy, reference)[0]).toBeCloseTo(Math.LN2 ** 2 / 2, 14);
    expect(tokenKl("k3", policy, reference)[0]).toBeCloseTo(0.5 - 1 + Math.LN2, 14);
  });

  it.each(["k1", "k3"] as const)("%s has the KL divergence as its expectation under the policy", (kind) => {
    const policy = [0.5, 0.3, 0.2];
    const reference = [0.2, 0.2, 0.6];
    const exact = policy.reduce((sum, p, i) => sum + p * Math.log(p / reference[i]!), 0);
    const estimates = tokenKl(kind, policy.map(Math.log), reference.map(Math.log));
    expect(policy.reduce((sum, p, i) => sum + p * estimates[i]!, 0)).toBeCloseTo(exact, 12);
  });

  it("is 0 where the policies agree; k2 and k3 are never negative", () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const policy = list.map(([p]) => p);
        const reference = list.map(([, r]) => r);
        for (const kind of kinds) {
          for (const kl of tokenKl(kind, policy, policy)) expect(Math.abs(kl)).toBe(0);
          if (kind !== "k1")
            for (const kl of tokenKl(kind, policy, reference)) expect(kl).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("refuses logprobs of different lengths", () => {
    expect(() => tokenKl("k3", [-1, -2], [-1])).toThrow(
      expect.objectContaining({ code: "kl-shape-mismatch" }),
    );
  });
});

describe("klPenalisedRewards", () => {
  it("takes the coefficient times the sum over tokens from each reward", () => {
    expect(klPenalisedRewards([1, 0], [[0.1, 0.2, 0.2], [0.5]], 2)).toEqual([0, -1]);
    expect(klPenalisedRewards([1, 0], [[0.1], []], 0)).toEqual([1, 0]);
  });

  it("refuses fewer completions than rewards", () => {
    expect(() => klPenalisedRewards([1, 0], [[0.1]], 1)).toThrow(
      expect.objectContaining({ code: "kl-shape-mismatch" }),
    );
  });
});
