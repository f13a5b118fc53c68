/**
 * Rewards without which a gain proves little (Shao et al. 2025, Spurious Rewards, arXiv 2506.10947): what pays at random, for the form
 * alone, or for the wrong answer. None of them knows which answer is right.
 */

import { SelftrainError } from "../../errors.js";
import { isAnswer, sameAnswer } from "../answer/same.js";
import { agreedLabel, checkThreshold } from "./agreement.js";
import { unrewarded } from "./compare.js";
import { drawFor } from "./draws.js";
import type { VoteRewardOptions } from "./majority.js";
import { type GroupRewardSource, perGroup, type RewardSource } from "./reward-source.js";

/**
 * r = 1 with the given probability, whatever the rollout: drawn by seed, step, prompt and sample, so that a step that is done again
 * pays the same. The same prompt twice in a step is paid alike.
 *
 * Throws `reward-probability-out-of-range`.
 */
export function randomReward({
  seed,
  probability = 0.5,
}: {
  readonly seed: number;
  readonly probability?: number;
}): RewardSource {
  if (!(probability >= 0 && probability <= 1)) {
    throw new SelftrainError({
      code: "reward-probability-out-of-range",
      message: "A random reward is paid with a probability",
      found: probability,
      expected: "a number from 0 to 1",
      where: "randomProbability",
      remedy: "Give a probability such as 0.5",
    });
  }
  return {
    name: "random",
    rewards: ({ step, groups }) =>
      groups.map(({ prompt, rollouts }) => ({
        label: null,
        rewards: rollouts.map((_, i) => (drawFor("pay", seed, prompt.id, step, i) < probability ? 1 : 0)),
        rewarded: true,
      })),
  };
}

/** r = 1 where an answer was found, whichever, else 0. */
export function formatReward(): GroupRewardSource {
  return perGroup("format", ({ rollouts }) => ({
    label: null,
    rewards: rollouts.map(({ answer }) => (isAnswer(answer) ? 1 : 0)),
    rewarded: true,
  }));
}

/**
 * r = 1 for the rollouts that answered, and not with the majority: its exact opposite, among those that answered. (The paper pays
 * those that match one wrong label, which takes true answers to find.) A group gives no reward where the vote has no label, or
 * less agreement than the threshold.
 *
 * Throws `reward-threshold-out-of-range`.
 */
export function wrongAnswerReward({ agreementThreshold = 0 }: VoteRewardOptions = {}): GroupRewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return perGroup("wrong-answer", (group, vote) => {
    const majority = agreedLabel(vote, threshold);
    if (majority === null) return unrewarded(group);
    return {
      label: null,
      rewards: group.rollouts.map(({ answer }) =>
        isAnswer(answer) && !sameAnswer(answer, majority) ? 1 : 0,
      ),
      rewarded: true,
    };
  });
}
