/** Rewards by the policy's own confidence: no answer is looked at, and no vote. */
import { SelftrainError } from "../../errors.js";
import type { RewardBatch, RewardSource } from "./reward-source.js";

/**
 * Self-certainty (Intuitor, Zhao et al. 2025, arXiv 2505.19590, equation 3): r_i = mean over tokens of KL(U‖p_t), with U uniform over
 * the vocabulary and p_t the distribution that token t was drawn from.
 */
export const selfCertaintyReward = (): RewardSource => ({
  name: "self-certainty",
  measure: "self-certainty",
  rewards: (batch) => byMeasure("self-certainty", batch, (certainty) => certainty),
});

/** Negative entropy (RENT, Prabhudesai et al. 2025, arXiv 2505.22660): r_i = −mean over tokens of H(p_t). */
export const negativeEntropyReward = (): RewardSource => ({
  name: "negative-entropy",
  measure: "entropy",
  rewards: (batch) => byMeasure("negative-entropy", batch, (entropy) => -entropy),
});

function byMeasure(name: string, { groups, measured }: RewardBatch, reward: (score: number) => number) {
  if (measured === undefined) {
    throw new SelftrainError({
      code: "reward-measure-missing",
      message: `The ${name} reward was given nothing measured`,
      expected: "one mean a rollout",
      remedy: "Pass `measured` in the batch, as the source's `measure` asks",
    });
  }
  return groups.map((_, g) => ({
    label: null,
    rewards: measured[g]!.map(reward),
    scores: measured[g]!,
    rewarded: true,
  }));
}
