import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advantageEstimators, grpo, hasSignal, rloo } from "../../src/advantage/index.js";
import { klPenalisedRewards, tokenKl } from "../../src/loss/kl.js";
import fixture from "../fixtures/advantages.json" with { type: "json" };

// Multiples of 0.001: rewards that differ in their last bits only are standardised by GRPO into rounding errors.
const reward = fc.integer({ min: -5000, max: 5000 }).map((thousandths) => thousandths / 1000);
const rewards = fc.array(reward, { minLength: 2, maxLength: 32 });
const permuted = rewards.chain((original) =>
  fc
    .shuffledSubarray(
      original.map((_, i) => i),
      { minLength: original.length, maxLength: original.length },
    )
    .map((order) => ({ original, order })),
);

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-6): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected[i]!)));
  });
}

/** What every advantage estimator keeps. */
describe.each(Object.entries(advantageEstimators))(
  "the contract of advantage estimators: %s",
  (_, estimate) => {
    it("gives advantages that sum to 0", () => {
      fc.assert(
        fc.property(rewards, (list) => {
          const advantages = estimate(list);
          const size = advantages.reduce((sum, a) => sum + Math.abs(a), 0);
          expect(Math.abs(advantages.reduce((sum, a) => sum + a, 0))).toBeLessThanOrEqual(1e-9 * size);
        }),
      );
    });

    it("permutes advantages with the rewards", () => {
      fc.assert(
        fc.property(permuted, ({ original, order }) => {
          const advantages = estimate(original);
          expectClose(
            estimate(order.map((i) => original[i]!)),
            order.map((i) => advantages[i]!),
            1e-9,
          );
        }),
      );
    });

    it("gives exact zeros for equal rewards, also where rounding would not", () => {
      fc.assert(
        fc.property(reward, fc.integer({ min: 2, max: 32 }), (value, n) => {
          const advantages = estimate(new Array<number>(n).fill(value));
          expect(advantages).toEqual(new Array<number>(n).fill(0));
          expect(hasSignal(advantages)).toBe(false);
        }),
      );
      expect(estimate([0.1, 0.1, 0.1])).toEqual([0, 0, 0]);
    });

    it("orders advantages as the rewards", () => {
      const [low, high, middle] = estimate([-1, 2, 0.5]) as [number, number, number];
      expect(low).toBeLessThan(middle);
      expect(middle).toBeLessThan(high);
    });

    it("defect 10: refuses a group of one, whose raw reward would pass through", () => {
      expect(() => estimate([1])).toThrow(
        expect.objectContaining({ code: "advantage-group-too-small", found: 1 }),
      );
      expect(() => estimate([])).toThrow(expect.objectContaining({ code: "advantage-group-too-small" }));
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses the reward %d and says where", (bad) => {
      expect(() => estimate([0, 1, bad])).toThrow(
        expect.objectContaining({ code: "advantage-reward-not-finite", where: "rollout 2" }),
      );
    });
  },
);

describe("rloo", () => {
  it("is the reward minus the mean of the others, by hand", () => {
    expectClose(rloo([1, 0, 0, 1]), [2 / 3, -2 / 3, -2 / 3, 2 / 3], 1e-15);
    expectClose(rloo([1, 0]), [1, -1], 1e-15);
    expectClose(rloo([0.5, 0.2, 0.8]), [0, -0.45, 0.45], 1e-15);
  });

  it("equals the leave-one-out definition", () => {
    fc.assert(
      fc.property(rewards, (list) => {
        const total = list.reduce((sum, r) => sum + r, 0);
        const definition = list.map((r) => r - (total - r) / (list.length - 1));
        expectClose(rloo(list), definition, 1e-12);
      }),
    );
  });
});

describe("grpo", () => {
  it("is the standardised reward with divisor n − 1, by hand", () => {
    const std = Math.sqrt(1 / 3);
    expectClose(grpo([1, 0, 0, 1], 0), [0.5 / std, -0.5 / std, -0.5 / std, 0.5 / std], 1e-15);
    expectClose(grpo([1, 0], 0.1), [0.5 / (Math.SQRT1_2 + 0.1), -0.5 / (Math.SQRT1_2 + 0.1)], 1e-15);
  });
});

describe("against TRL", () => {
  it.each(fixture.advantages.map((c) => [c.n, c] as const))("groups of %d", (_, c) => {
    c.rewards.forEach((group, g) => {
      expectClose(rloo(group), c.rloo[g]!);
      expectClose(grpo(group, fixture.grpoEps), c.grpo[g]!);
    });
  });

  it("RLOO with the KL penalty in the reward", () => {
    const { beta, policy, reference } = fixture.klInReward;
    fixture.klInReward.rewards.forEach((group, g) => {
      const kl = policy[g]!.map((logprobs, i) => tokenKl("k1", logprobs, reference[g]![i]!));
      expectClose(rloo(klPenalisedRewards(group, kl, beta)), fixture.klInReward.rloo[g]!);
    });
  });
});

describe("hasSignal", () => {
  it("holds when any advantage differs from 0", () => {
    expect(hasSignal([0, 0, 1e-300])).toBe(true);
    expect(hasSignal([0, -0])).toBe(false);
  });
});
