import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdvantageEstimator,
  advantageEstimators,
  batchNormalised,
  grpo,
  hasSignal,
  meanCentred,
  type RewardedGroup,
  reinforcePlusPlus,
  reinforcePlusPlusBaseline,
  rloo,
} from "../../../src/core/advantage/index.js";
import { type KlEstimator, klPenalisedRewards, tokenKl } from "../../../src/core/loss/kl.js";
import { advantagesOf, rolloutKl } from "../../../src/training/loop/advantages.js";
import fixture from "../../fixtures/advantages.json" with { type: "json" };
import { makeGroup } from "../../training/loop/groups.js";

// Multiples of 0.001: rewards that differ in their last bits only are standardised by GRPO into rounding errors.
const reward = fc.integer({ min: -5000, max: 5000 }).map((thousandths) => thousandths / 1000);
const rewards = fc.array(reward, { minLength: 2, maxLength: 32 });
function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-6): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected[i]!)));
  });
}

const length = fc.integer({ min: 1, max: 40 });
const group = fc
  .array(fc.tuple(reward, length), { minLength: 2, maxLength: 12 })
  .map(
    (rollouts): RewardedGroup => ({ rewards: rollouts.map(([r]) => r), lengths: rollouts.map(([, t]) => t) }),
  );
const batch = fc.array(group, { minLength: 1, maxLength: 5 });
const alone = (rewards: readonly number[]): RewardedGroup => ({ rewards, lengths: rewards.map(() => 3) });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const size = (values: readonly number[]) => sum(values.map(Math.abs));
const shuffled = <T>(items: readonly T[], key: number): T[] =>
  items
    .map((item, i) => ({ item, at: Math.sin(key + 12.9898 * i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

/** What every advantage estimator keeps. */
describe.each(Object.entries(advantageEstimators))(
  "the contract of advantage estimators: %s",
  (_, estimate: AdvantageEstimator) => {
    it("permutes advantages with the rollouts of each group, and with the groups", () => {
      fc.assert(
        fc.property(batch, fc.nat(), (groups, key) => {
          const before = estimate(groups);
          const order = shuffled(
            groups.map((_, g) => g),
            key,
          );
          const inside = (g: number) =>
            shuffled(
              groups[g]!.rewards.map((_, i) => i),
              key + g,
            );
          const after = estimate(
            order.map((g) => ({
              rewards: inside(g).map((i) => groups[g]!.rewards[i]!),
              lengths: inside(g).map((i) => groups[g]!.lengths[i]!),
            })),
          );
          order.forEach((g, at) => {
            expectClose(
              after[at]!,
              inside(g).map((i) => before[g]![i]!),
              1e-9,
            );
          });
        }),
      );
    });

    it("gives exact zeros for a batch of equal rewards, also where rounding would not", () => {
      fc.assert(
        fc.property(reward, batch, (value, groups) => {
          const advantages = estimate(groups.map((g) => ({ ...g, rewards: g.rewards.map(() => value) })));
          expect(advantages).toEqual(groups.map(({ rewards }) => rewards.map(() => 0)));
          for (const own of advantages) expect(hasSignal(own)).toBe(false);
        }),
      );
      expect(estimate([alone([0.1, 0.1, 0.1])])).toEqual([[0, 0, 0]]);
    });

    it("orders advantages as the rewards", () => {
      const [[low, high, middle]] = estimate([alone([-1, 2, 0.5])]) as [[number, number, number]];
      expect(low).toBeLessThan(middle);
      expect(middle).toBeLessThan(high);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses the reward %d and says where", (bad) => {
      expect(() => estimate([alone([0, 1, bad])])).toThrow(
        expect.objectContaining({ code: "advantage-reward-not-finite", where: "rollout 2" }),
      );
    });
  },
);

/** All but REINFORCE++, which compares over the batch. */
it.each(Object.entries(advantageEstimators).filter(([name]) => name !== "reinforce++"))(
  "defect 10: %s refuses a group of one, whose raw reward would pass through",
  (_, estimate) => {
    expect(() => estimate([alone([1, 0]), alone([1])])).toThrow(
      expect.objectContaining({ code: "advantage-group-too-small", found: 1 }),
    );
    expect(() => estimate([alone([])])).toThrow(
      expect.objectContaining({ code: "advantage-group-too-small" }),
    );
  },
);

describe.each(["rloo", "grpo", "dr-grpo", "mean-centred", "batch-normalised"] as const)(
  "estimators that compare within a group: %s",
  (name) => {
    const estimate = advantageEstimators[name];

    it("give advantages that sum to 0 in each group", () => {
      fc.assert(
        fc.property(batch, (groups) => {
          for (const own of estimate(groups))
            expect(Math.abs(sum(own))).toBeLessThanOrEqual(1e-9 * size(own));
        }),
      );
    });

    it("give a group of equal rewards exact zeros, whatever the others have", () => {
      fc.assert(
        fc.property(batch, reward, (groups, value) => {
          const unanimous = alone([value, value, value]);
          expect(estimate([...groups, unanimous]).at(-1)).toEqual([0, 0, 0]);
        }),
      );
    });
  },
);

describe("reinforce++", () => {
  it.each([reinforcePlusPlus, reinforcePlusPlusBaseline])(
    "%o: over the tokens of the batch, advantages have mean 0 and variance 1",
    (estimate) => {
      fc.assert(
        fc.property(batch, (groups) => {
          const advantages = estimate(groups).flat();
          fc.pre(hasSignal(advantages));
          const lengths = groups.flatMap((g) => g.lengths);
          const tokens = sum(lengths);
          const weighted = advantages.map((a, i) => a * lengths[i]!);
          expect(Math.abs(sum(weighted))).toBeLessThanOrEqual(1e-6 * size(weighted));
          expect(sum(advantages.map((a, i) => a * a * lengths[i]!)) / (tokens - 1)).toBeCloseTo(1, 1);
        }),
      );
    },
  );

  it("takes one rollout a prompt, which others refuse", () => {
    const [[up], [down]] = reinforcePlusPlus([alone([1]), alone([0])]) as [[number], [number]];
    expect(up).toBeGreaterThan(0);
    expect(down).toBeCloseTo(-up, 12);
    expect(() => reinforcePlusPlusBaseline([alone([1]), alone([0])])).toThrow(
      expect.objectContaining({ code: "advantage-group-too-small" }),
    );
  });
});

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

describe("mean-centred", () => {
  it("is RLOO times (n − 1)/n", () => {
    fc.assert(
      fc.property(rewards, (list) => {
        const n = list.length;
        expectClose(
          meanCentred(list),
          rloo(list).map((a) => (a * (n - 1)) / n),
          1e-12,
        );
      }),
    );
  });
});

describe("against TRL", () => {
  it.each(fixture.advantages.map((c) => [c.n, c] as const))("groups of %d", (_, c) => {
    c.rewards.forEach((group, g) => {
      expectClose(rloo(group), c.rloo[g]!);
      expectClose(grpo(group, fixture.grpoEps), c.grpo[g]!);
      expectClose(meanCentred(group), c.meanCentred[g]!);
      expectClose(advantageEstimators["dr-grpo"]([alone(group)])[0]!, c.meanCentred[g]!);
    });
    const normalised = batchNormalised(c.rewards.map(alone), fixture.grpoEps);
    normalised.forEach((own, g) => {
      expectClose(own, c.batchNormalised[g]!);
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

describe("against verl's formulas", () => {
  it.each(fixture.reinforcePlusPlus.map((c) => [c.rewards[0]!.length, c] as const))(
    "REINFORCE++, without and with the baseline, groups of %d of unequal lengths",
    (n, c) => {
      const groups = c.rewards.map((own, g) => ({ rewards: own, lengths: c.lengths[g]! }));
      reinforcePlusPlus(groups).forEach((own, g) => {
        expectClose(own, c.plain[g]!);
      });
      if (n < 2) return;
      reinforcePlusPlusBaseline(groups).forEach((own, g) => {
        expectClose(own, c.baseline[g]!);
      });
    },
  );
});

describe("against verl's token-level KL in the reward", () => {
  const { beta, rewards: scores, policy, reference, cases } = fixture.tokenKlInReward;
  const groups = policy.map((own, g) =>
    makeGroup(
      `g${g}`,
      own.map((logprobs) => ({ answer: "1", logprobs })),
    ),
  );
  const rewarded = scores.map((own) => ({ rewards: own, label: null, rewarded: true }));
  const lengths = policy.map((own) => own.map(({ length }) => length));

  it.each(
    cases.flatMap((c) =>
      (["rloo", "grpo", "mean-centred"] as const).map((name) => [c.estimator, name, c] as const),
    ),
  )("%s, before %s, as a step takes it", (estimator, advantage, c) => {
    const kl = rolloutKl(
      estimator as KlEstimator,
      groups,
      reference.map((own) => own.map((logprobs) => Float32Array.from(logprobs))),
    );
    const found = advantagesOf({ advantage, klCoefficient: beta, klIn: "reward" }, lengths, rewarded, kl);
    found.forEach((own, g) => {
      expectClose(own, c[advantage][g]!);
    });
    const without = advantagesOf({ advantage, klCoefficient: beta, klIn: "loss" }, lengths, rewarded, kl);
    expect(without).toEqual(
      advantageEstimators[advantage](scores.map((own, g) => ({ rewards: own, lengths: lengths[g]! }))),
    );
  });
});

describe("hasSignal", () => {
  it("holds when any advantage differs from 0", () => {
    expect(hasSignal([0, 0, 1e-300])).toBe(true);
    expect(hasSignal([0, -0])).toBe(false);
  });
});
