/**
 * Self-training's own reward: agreement with the group's majority (SRT, arXiv 2505.21444). It sees a group and its
 * vote. Nothing this module imports holds a true answer, so none can reach it.
 */
import { SelftrainError } from "../errors.js";
import { rewardMatches } from "./compare.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";

/**
 * r = 1 for the rollouts that gave the majority answer, 0 for the others. A group gives no reward where the vote has
 * no label, or where the largest class holds less than `agreementThreshold` of its n rollouts.
 *
 * Throws `reward-threshold-out-of-range`.
 */
export function majorityReward(options: { readonly agreementThreshold?: number } = {}): GroupRewardSource {
  const threshold = options.agreementThreshold ?? 0;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new SelftrainError({
      code: "reward-threshold-out-of-range",
      message: "The agreement threshold is a share of the rollouts",
      found: threshold,
      expected: "a number from 0 to 1",
      where: "agreementThreshold",
      remedy: "Give a threshold such as 0.6, or 0 to reward every group",
    });
  }
  return perGroup("majority", (group, vote) =>
    rewardMatches(group, vote.share < threshold ? null : vote.label),
  );
}
