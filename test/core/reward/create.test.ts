/** From words of the configuration to sources: each is given what it needs and nothing else. */
import { describe, expect, it } from "vitest";
import { rewardNames } from "../../../src/config/reward-config.js";
import { createRewardSource, type RewardConfig, type RewardParts } from "../../../src/core/reward/create.js";
import type { RewardSource } from "../../../src/core/reward/reward-source.js";
import { makeBatch } from "./make-batch.js";

const unreachable = (): never => {
  throw new Error("labels were read");
};
const nothing: RewardParts = {
  groundTruth: unreachable,
  labelledPart: unreachable,
  teacher: unreachable,
  endpoint: unreachable,
  model: unreachable,
};
const config = (reward: RewardConfig["reward"], changes: Partial<RewardConfig> = {}): RewardConfig => ({
  reward,
  seed: 0,
  agreementThreshold: 0,
  ...changes,
});
const pay = async (source: RewardSource, answers: Record<string, (string | null)[]>) =>
  (await source.rewards(makeBatch(answers))).map(({ rewards }) => rewards);

/** The part that each word is made of. */
const NEEDS: Partial<Record<RewardConfig["reward"], keyof RewardParts>> = {
  "ground-truth": "groundTruth",
  mixed: "labelledPart",
  "fixed-teacher": "teacher",
  http: "endpoint",
  model: "model",
};

describe("createRewardSource", () => {
  it.each(rewardNames)("builds %s from what it needs alone, under its own name", async (reward) => {
    const needed = NEEDS[reward];
    const elsewhere = (name: string) => (): RewardSource => ({ name, rewards: () => [] });
    const whole: RewardParts = {
      groundTruth: () => new Map([["p", "7"]]),
      labelledPart: () => new Map([["p", "7"]]),
      teacher: () => new Map([["p", "7"]]),
      endpoint: elsewhere("http"),
      model: elsewhere("model"),
    };
    const parts = needed === undefined ? nothing : { ...nothing, [needed]: whole[needed] };
    expect(createRewardSource(config(reward), parts).name).toBe(reward);
    if (needed !== undefined)
      expect(() => createRewardSource(config(reward), nothing)).toThrow("labels were read");
  });

  it("hands each arm its own labels", async () => {
    const answers = { p: ["7", "8", "8"] };
    const truth = createRewardSource(config("ground-truth"), {
      ...nothing,
      groundTruth: () => new Map([["p", "7"]]),
    });
    const offline = createRewardSource(config("fixed-teacher"), {
      ...nothing,
      teacher: () => new Map([["p", "8"]]),
    });
    expect(await pay(truth, answers)).toEqual([[1, 0, 0]]);
    expect(await pay(offline, answers)).toEqual([[0, 1, 1]]);
    expect(await pay(createRewardSource(config("majority"), nothing), answers)).toEqual([[0, 1, 1]]);
  });

  it("passes thresholds, probabilities and widths on", async () => {
    const answers = { p: ["7", "7", "8", null] };
    for (const reward of ["majority", "soft", "majority-novelty", "wrong-answer"] as const) {
      const paid = async (agreementThreshold: number) => {
        const source = createRewardSource(config(reward, { agreementThreshold }), nothing);
        return (await source.rewards(makeBatch(answers)))[0]!.rewarded;
      };
      expect([await paid(0.5), await paid(0.6)]).toEqual([true, false]);
    }
    const random = (randomProbability: number) =>
      pay(createRewardSource(config("random", { randomProbability }), nothing), answers);
    expect(await random(0)).toEqual([[0, 0, 0, 0]]);
    expect(await random(1)).toEqual([[1, 1, 1, 1]]);
    const signs = createRewardSource(config("majority-novelty", { noveltyWidth: 0 }), nothing);
    expect(await pay(signs, answers)).toEqual([[1, 1, -1, -1]]);
  });
});
