import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sampler } from "../../src/engine/engine.js";
import type { Group } from "../../src/group.js";
import { makeBatch, referenceLogprobs } from "../../src/trainer/update.js";
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
      advantage: "rloo" | "grpo",
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
        fc.constantFrom("rloo", "grpo"),
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

  it("GRPO: KL is a term of each token's loss, and the advantages on record are without it", () => {
    const config = configWith({ advantage: "grpo", klCoefficient: 0.1 });
    const { data, advantages } = makeBatch(config, [split], rewardsOf([split]), shifted([split], -1));
    expect(advantages[0]).toEqual([1, 1, -2].map((a) => expect.closeTo(a / Math.sqrt(3), 5)));
    // A − β·(1 − π_ref/π) at π_ref/π = 1/e.
    const expected = [1, 1, -2].map((a) => (a / Math.sqrt(3) - 0.1 * (1 - Math.exp(-1))) / 6);
    expect(data.map(({ weights }) => weights[0])).toEqual(expected.map((w) => expect.closeTo(w, 5)));
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
    const scores = await referenceLogprobs(configWith({ klCoefficient: 1 }), scorer, groups);
    expect(scores!.map((group) => group.map((s) => [...s]))).toEqual(
      groups.map((g) => g.rollouts.map((r) => [g.promptTokens[0], r.tokens[0]])),
    );
  });

  it("asks for nothing where there is no KL", async () => {
    expect(await referenceLogprobs(configWith({}), scorer, [split])).toBeNull();
  });
});
