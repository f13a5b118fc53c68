/** The soft reward: every rollout is paid the share of the vote that its answer has (the authors' code; without a label of its own). */
import { softRewards } from "../vote/variants.js";
import { checkThreshold } from "./agreement.js";
import { unrewarded } from "./compare.js";
import type { VoteRewardOptions } from "./majority.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";

/**
 * r_i = weight of the class of answer i / weight of all that voted, 0 without an answer. A tie needs no breaking: its classes
 * are paid alike. A group gives no reward where nobody answered or too few did, or where the largest class is below `agreementThreshold`.
 *
 * Throws `reward-threshold-out-of-range`.
 */
export function softReward({ agreementThreshold = 0 }: VoteRewardOptions = {}): GroupRewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return perGroup("soft", (group, vote) => {
    if (vote.classes.length === 0 || vote.tooFew || vote.share < threshold) return unrewarded(group);
    const { length } = group.rollouts;
    const voters = Math.max(length, ...vote.classes.map(({ members }) => members.at(-1)! + 1));
    return { label: null, rewards: softRewards(vote, voters).slice(0, length), rewarded: true };
  });
}
