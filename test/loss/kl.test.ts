import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KlEstimator, klLossAdvantages, klPenalisedRewards, tokenKl } from "../../src/loss/kl.js";

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

describe("klLossAdvantages", () => {
  it("has the gradient of A·ratio − β·k3 with respect to the token's logprob, at ratio 1", () => {
    const beta = 0.3;
    const h = 1e-5;
    fc.assert(
      fc.property(pairs, fc.double({ min: -2, max: 2, noNaN: true }), (list, advantage) => {
        fc.pre(list.every(([p, r]) => Math.abs(p - r) < 2));
        const policy = list.map(([p]) => p);
        const reference = list.map(([, r]) => r);
        const folded = klLossAdvantages(advantage, policy, reference, beta);
        list.forEach(([p, r], t) => {
          const objective = (logprob: number) =>
            advantage * Math.exp(logprob - p) - beta * tokenKl("k3", [logprob], [r])[0]!;
          expect(folded[t]).toBeCloseTo((objective(p + h) - objective(p - h)) / (2 * h), 5);
        });
      }),
    );
  });

  it("has the gradient of A·ratio − β·KL, summed exactly over a vocabulary, where it is unbiased", () => {
    const policy = [0.5, 0.3, 0.2].map(Math.log);
    const reference = [0.2, 0.2, 0.6].map(Math.log);
    const softmax = (logits: readonly number[]) => {
      const exps = logits.map(Math.exp);
      return exps.map((e) => e / exps.reduce((a, b) => a + b, 0));
    };
    const kl = (logits: readonly number[]) =>
      softmax(logits).reduce((sum, p, i) => sum + p * (Math.log(p) - reference[i]!), 0);
    const folded = klLossAdvantages(0, policy, reference, 1, "unbiased");
    const h = 1e-5;
    policy.forEach((_, v) => {
      const nudged = (by: number) => kl(policy.map((logit, i) => (i === v ? logit + by : logit)));
      // E[A_t·∇log π] over the sampled token i, with ∂log π_i/∂logit_v = [i = v] − π_v.
      const estimate = policy.reduce(
        (sum, logprob, i) =>
          sum + Math.exp(logprob) * folded[i]! * ((i === v ? 1 : 0) - Math.exp(policy[v]!)),
        0,
      );
      expect(estimate).toBeCloseTo(-(nudged(h) - nudged(-h)) / (2 * h), 8);
    });
  });

  it("is the advantage itself where the policies agree, or without a coefficient", () => {
    expect([...klLossAdvantages(0.5, [-1, -2], [-1, -2], 3)]).toEqual([0.5, 0.5]);
    expect([...klLossAdvantages(0.5, [-1], [-4], 0)]).toEqual([0.5]);
  });
});
