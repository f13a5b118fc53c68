import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sampler } from "../../../src/engine/engine.js";
import type { Group } from "../../../src/group.js";
import { makeBatch, referenceLogprobs } from "../../../src/training/loop/update.js";
import { configWith, makeGroup, rewardsOf, shortGroup } from "./groups.js";

/** Two of three agree; lengths 2, 3, 1. */
const split = makeGroup("split", [
  { answer: "1", logprobs: [-1, -2] },
  { answer: "1", logprobs: [-1, -1, -1] },
  { answer: "2", logprobs: [-3] },
]);
/** All agree: 6 tokens. */
const unanimous = makeGroup("unanimous", [
  { answer: "5", logprobs: [-1, -1] },
  { answer: "5", logprobs: [-1, -1] },
  { answer: "5", logprobs: [-1, -1] },
]);
/** A tie: no label. */
const tied = shortGroup("tied", ["1", "1", "2", "2"]);

const weightsOf = (data: readonly { weights: Float32Array }[]) => data.map(({ weights }) => [...weights]);
const batchOf = (changes: Parameters<typeof configWith>[0], groups: readonly Group[]) =>
  makeBatch(configWith(changes), groups, rewardsOf(groups), null);

/** A reference whose logprobs are the policy's plus `shift`. */
const shifted = (groups: readonly Group[], shift: number) =>
  groups.map(({ rollouts }) => rollouts.map(({ logprobs }) => logprobs.map((logprob) => logprob + shift)));

describe("makeBatch", () => {
  it("weights tokens by the leave-one-out advantage over all tokens of the batch, skipped groups included", () => {
    const { data, advantages, skippedGroups, kl } = batchOf({ advantage: "rloo" }, [unanimous, split]);
    // Rewards 1, 1, 0: each less the mean of the other two. 6 + 6 tokens.
    expect(advantages[1]).toEqual([0.5, 0.5, -1].map((a) => expect.closeTo(a, 12)));
    expect(advantages[0]).toEqual([0, 0, 0]);
    expect(weightsOf(data)).toEqual(
      [[1, 1], [1, 1, 1], [-2]].map((w) => w.map((x) => expect.closeTo(x / 24, 7))),
    );
    expect([skippedGroups, kl]).toEqual([1, null]);
  });

  it("by default is leave-one-out over the tokens of the batch, to the last bit", () => {
    const { data, advantages } = batchOf({}, [split, unanimous]);
    const mean = (1 + 1 + 0) / 3;
    const expected = [1, 1, 0].map((r) => (3 / 2) * (r - mean));
    expect(advantages[0]).toEqual(expected);
    expect(weightsOf(data)).toEqual(
      [2, 3, 1].map((length, i) => Array(length).fill(Math.fround(expected[i]! * (1 / 12)))),
    );
  });

  it("estimators that normalise over the batch do not see groups without a label", () => {
    for (const advantage of ["reinforce++", "reinforce++-baseline", "batch-normalised"] as const) {
      const alone = batchOf({ advantage }, [split]);
      const beside = batchOf({ advantage }, [tied, split]);
      expect(beside.advantages).toEqual([[0, 0, 0, 0], alone.advantages[0]]);
      expect(beside.data).toHaveLength(3);
    }
  });

  it("standardises for GRPO, and averages as the aggregation says", () => {
    // Rewards 1, 1, 0: deviations 1/3, 1/3, −2/3 over their standard deviation √(1/3).
    const [up, down] = [1 / 3 / Math.sqrt(1 / 3), -2 / 3 / Math.sqrt(1 / 3)];
    const expected = {
      "token-mean": [up / 6, up / 6, down / 6],
      "sequence-mean": [up / (3 * 2), up / (3 * 3), down / 3],
      "constant-length": [up / 30, up / 30, down / 30],
    } as const;
    for (const aggregation of ["token-mean", "sequence-mean", "constant-length"] as const) {
      const { data } = batchOf({ advantage: "grpo", aggregation }, [split]);
      expect(data.map(({ weights }) => weights[0])).toEqual(
        expected[aggregation].map((w) => expect.closeTo(w, 5)),
      );
    }
  });

  it("hands over prompts, completions and the sampler's logprobs, in group and sample order", () => {
    const other = shortGroup("other", ["7", "8", "7"]);
    const { data } = batchOf({}, [other, unanimous, split]);
    expect(data).toHaveLength(6);
    [other, split].forEach((group, g) => {
      group.rollouts.forEach((rollout, i) => {
        expect(data[3 * g + i]).toMatchObject({
          prompt: group.promptTokens,
          completion: rollout.tokens,
          logprobs: rollout.logprobs,
          policyVersion: 3,
        });
      });
    });
  });

  it("leaving groups without a gradient out changes no weight: theirs are all 0", () => {
    const answer = fc.constantFrom("1", "2", null);
    const group = fc.array(fc.record({ answer, length: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 2,
      maxLength: 5,
    });
    const aggregation = fc.constantFrom("token-mean", "sequence-mean", "constant-length");
    const check = (
      drawn: { answer: string | null; length: number }[][],
      advantage: "rloo" | "grpo" | "mean-centred" | "batch-normalised",
      mode: "token-mean" | "sequence-mean" | "constant-length",
    ) => {
      const groups = drawn.map((samples, g) =>
        makeGroup(
          `g${g}`,
          samples.map((s) => ({ answer: s.answer, logprobs: Array<number>(s.length).fill(-1) })),
        ),
      );
      const changes = { advantage, aggregation: mode };
      const batch = batchOf(changes, groups);
      const lengths = groups.flatMap((g) => g.rollouts.map((r) => r.tokens.length));
      const scale = (length: number) =>
        ({
          "token-mean": 1 / lengths.reduce((a, b) => a + b, 0),
          "sequence-mean": 1 / (lengths.length * length),
          "constant-length": 1 / (lengths.length * 10),
        })[mode];
      const all = groups.flatMap((g, i) =>
        g.rollouts.map((r, s) =>
          r.tokens.map(() => Math.fround(batch.advantages[i]![s]! * scale(r.tokens.length))),
        ),
      );
      const trained = groups.flatMap((g, i) =>
        g.rollouts.map(() => batch.advantages[i]!.some((a) => a !== 0)),
      );
      expect(weightsOf(batch.data)).toEqual(all.filter((_, i) => trained[i]));
      for (const zeros of all.filter((_, i) => !trained[i])) expect(zeros.every((w) => w === 0)).toBe(true);
    };
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("rloo", "grpo", "mean-centred", "batch-normalised"),
        aggregation,
        check,
      ),
    );
  });

  it("a group without a label has no gradient, not even of the KL", () => {
    const groups = [tied, shortGroup("silent", [null, null, null])];
    for (const advantage of ["rloo", "grpo"] as const) {
      const config = configWith({ advantage, klCoefficient: 0.5 });
      const batch = makeBatch(config, groups, rewardsOf(groups), shifted(groups, -1));
      expect([batch.data, batch.skippedGroups]).toEqual([[], 2]);
      // It is measured all the same: k3 at d = −1.
      expect(batch.kl).toBeCloseTo(Math.exp(-1), 6);
    }
  });

  it("RLOO: KL is taken from the reward, summed over the rollout's tokens, before the advantage", () => {
    const config = configWith({ advantage: "rloo", klCoefficient: 0.1 });
    const { data, advantages, kl } = makeBatch(config, [split], rewardsOf([split]), shifted([split], -1));
    const each = Math.exp(-1); // k3 at d = −1
    const [a, b, c] = [1 - 0.2 * each, 1 - 0.3 * each, 0 - 0.1 * each] as [number, number, number];
    const expected = [a - (b + c) / 2, b - (a + c) / 2, c - (a + b) / 2];
    expect(advantages[0]).toEqual(expected.map((x) => expect.closeTo(x, 6)));
    expect(weightsOf(data)).toEqual(
      [2, 3, 1].map((length, i) => Array(length).fill(expect.closeTo(expected[i]! / 6, 6))),
    );
    expect(kl).toBeCloseTo(each, 6);
  });

  it("RLOO: KL gives a unanimous group a gradient where its rollouts differ in it", () => {
    const config = configWith({ advantage: "rloo", klCoefficient: 0.1 });
    const reference = [[0, -1, -2].map((shift, i) => unanimous.rollouts[i]!.logprobs.map((l) => l + shift))];
    const { data, skippedGroups } = makeBatch(config, [unanimous], rewardsOf([unanimous]), reference);
    expect([data.length, skippedGroups]).toEqual([3, 0]);
    expect(data[0]!.weights[0]).toBeGreaterThan(data[2]!.weights[0]!);
  });

  it("GRPO: KL is left to the loss, with the reference's logprobs and each token's share of the batch", () => {
    const config = configWith({ advantage: "grpo", klCoefficient: 0.1 });
    const reference = shifted([split], -1);
    const { data, advantages } = makeBatch(config, [split], rewardsOf([split]), reference);
    expect(advantages[0]).toEqual([1, 1, -2].map((a) => expect.closeTo(a / Math.sqrt(3), 5)));
    expect(data.map(({ weights }) => weights[0])).toEqual(
      [1, 1, -2].map((a) => expect.closeTo(a / Math.sqrt(3) / 6, 5)),
    );
    expect(data.map(({ reference: own }) => own)).toEqual(reference[0]);
    for (const { scales, completion } of data)
      expect([...scales!]).toEqual(completion.map(() => Math.fround(1 / 6)));
  });

  it("the KL goes where klIn says, by the estimator that klEstimator says", () => {
    const reference = shifted([split], -1);
    const batch = (changes: Parameters<typeof configWith>[0]) =>
      makeBatch(configWith({ klCoefficient: 0.1, ...changes }), [split], rewardsOf([split]), reference);
    expect(batch({ advantage: "rloo", klIn: "loss" }).advantages[0]![0]).toBeCloseTo(0.5, 12);
    const means = { k1: 1, k2: 0.5, k3: Math.exp(-1) };
    for (const klEstimator of ["k1", "k2", "k3"] as const) {
      const { advantages, kl } = batch({ advantage: "mean-centred", klIn: "reward", klEstimator });
      // Rewards less 0.1 times the KL of 2, 3 and 1 tokens.
      const own = [1, 1, 0].map((r, i) => r - 0.1 * means[klEstimator] * [2, 3, 1][i]!);
      const mean = own.reduce((a, b) => a + b, 0) / 3;
      expect(advantages[0]).toEqual(own.map((r) => expect.closeTo(r - mean, 6)));
      expect(kl).toBeCloseTo(means.k3, 6);
    }
  });

  it("an entropy bonus gives a unanimous group a gradient, and a group without a label none", () => {
    const { data, skippedGroups } = batchOf({ entropyBonus: 0.1 }, [unanimous, tied]);
    expect([data.length, skippedGroups]).toEqual([3, 1]);
    expect([...data[0]!.weights]).toEqual([0, 0]);
    // The tied group's four tokens count.
    expect([...data[0]!.scales!]).toEqual([1 / 10, 1 / 10].map(Math.fround));
  });

  it("cuts mini-batches between prompts, each averaged over its own rollouts, with the advantages of the batch", () => {
    const groups = [unanimous, split, tied, split, split];
    const whole = batchOf({ advantage: "reinforce++" }, groups);
    const cut = batchOf({ advantage: "reinforce++", miniBatches: 2 }, groups);
    expect(cut.advantages).toEqual(whole.advantages);
    expect(cut.miniBatches.map((data) => data.length)).toEqual([6, 6]);
    // Two groups of 6 tokens; then 4 without a label and twice 6.
    cut.miniBatches.forEach((data, i) => {
      const own = whole.advantages[i === 0 ? 1 : 3]![0]!;
      expect(data.at(-3)!.weights[0]).toBeCloseTo(own / [12, 16][i]!, 6);
    });
    expect(cut.data).toEqual(cut.miniBatches.flat());
  });
});

describe("referenceLogprobs", () => {
  /** Scores each completion with its own first token. */
  const scorer = {
    policyVersion: 0,
    logprobs: async (data) =>
      data.map(({ prompt, completion }) => Float32Array.of(prompt[0]!, completion[0]!)),
  } as Sampler;

  it("gives each rollout the score of its own prompt and completion", async () => {
    const groups = [split, tied];
    const scores = await referenceLogprobs(scorer, groups);
    expect(scores!.map((group) => group.map((s) => [...s]))).toEqual(
      groups.map((g) => g.rollouts.map((r) => [g.promptTokens[0], r.tokens[0]])),
    );
  });

  it("asks for nothing where there is no reference", async () => {
    expect(await referenceLogprobs(null, [split])).toBeNull();
  });
});
