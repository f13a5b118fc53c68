/** What every advantage estimator is: the rewards of a batch of groups to the advantages of its rollouts. */
import { checkRewards } from "./rewards.js";

/** A group as estimators see it: n rewards, and the tokens of the n completions they were given for. */
export interface RewardedGroup {
  readonly rewards: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * G groups of n rollouts (n may differ) → an advantage for each rollout, shared by all its tokens. Every estimator
 * (contract in test/core/advantage): permuting the rollouts of a group, or the groups, permutes advantages; a batch of equal
 * rewards gives exact zeros, and where each group is looked at alone so does each group; a reward that is not finite throws,
 * and so do fewer than two rollouts of a prompt where they are compared with each other.
 */
export type AdvantageEstimator = (groups: readonly RewardedGroup[]) => number[][];

/** An estimator that looks at each group alone. */
export const perGroup =
  (estimate: (rewards: readonly number[]) => number[]): AdvantageEstimator =>
  (groups) =>
    groups.map(({ rewards }) => estimate(rewards));

/** `checkRewards` of every group. */
export function checkGroups(groups: readonly RewardedGroup[], fewest?: number): void {
  for (const { rewards } of groups) checkRewards(rewards, fewest);
}
