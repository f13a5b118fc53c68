/**
 * Self-training's own reward: agreement with the group's majority (SRT, arXiv 2505.21444). It sees a group and its
 * vote. Nothing this module imports holds a true answer, so none can reach it.
 */
import { agreedLabel, checkThreshold } from "./agreement.js";
import { rewardMatches } from "./compare.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";

/** Options of rewards that are made of a vote. */
export interface VoteRewardOptions {
  /** Groups whose largest class holds less than this share of the vote give no reward; 0 by default. */
  readonly agreementThreshold?: number;
}

/**
 * r = 1 for the rollouts that gave the majority answer, 0 for the others. A group gives no reward where the vote has
 * no label, or where the largest class holds less than `agreementThreshold` of its n rollouts.
 *
 * Throws `reward-threshold-out-of-range`.
 */
export function majorityReward({ agreementThreshold = 0 }: VoteRewardOptions = {}): GroupRewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return perGroup("majority", (group, vote) => rewardMatches(group, agreedLabel(vote, threshold)));
}
