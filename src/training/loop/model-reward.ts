/** A reward model as the reward: each rollout is paid its own score, and no vote is looked at. */
import type { RewardScore } from "../../config/reward-model-keys.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { sigmoid } from "../../core/reward-model/objective.js";
import type { Scorer } from "../scorer/scorer.js";

/** `sigmoid` pays the probability that the solution agrees with the majority; `raw` the score w·h itself, which has no bounds. */
export function modelReward(scorer: Pick<Scorer, "scores">, score: RewardScore): RewardSource {
  return {
    name: "model",
    async rewards({ groups }) {
      const all = await scorer.scores(groups);
      return all.map((scores) => ({
        label: null,
        rewards: score === "raw" ? scores : scores.map(sigmoid),
        scores,
        rewarded: true,
      }));
    },
  };
}
