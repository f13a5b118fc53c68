/** What every advantage estimator asks of a group's rewards. */

import { SelftrainError } from "../../errors.js";
import { mean } from "../../numbers.js";

/** Throws `advantage-group-too-small` for fewer than `fewest` rewards, `advantage-reward-not-finite` for NaN or ±∞. */
export function checkRewards(rewards: readonly number[], fewest = 2): void {
  if (rewards.length < fewest) {
    throw new SelftrainError({
      code: "advantage-group-too-small",
      message: "This estimator compares rollouts of the same prompt, so a group needs at least two",
      found: rewards.length,
      expected: `${fewest} rollouts or more`,
      where: "samplesPerPrompt",
      remedy: "Sample at least two solutions a prompt, or take the estimator reinforce++",
    });
  }
  const bad = rewards.findIndex((reward) => !Number.isFinite(reward));
  if (bad >= 0) {
    throw new SelftrainError({
      code: "advantage-reward-not-finite",
      message: "A reward is not a finite number",
      found: rewards[bad],
      expected: "a finite number",
      where: `rollout ${bad}`,
      remedy: "Look at the reward source and at the logprobs of the KL penalty",
    });
  }
}

/** Whether all rewards are the same number. */
export function allEqual(rewards: readonly number[]): boolean {
  return rewards.every((reward) => reward === rewards[0]);
}

/** Sample standard deviation, divisor n − 1. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
