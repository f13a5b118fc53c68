/**
 * A reward source turns the answers of a batch of groups into rewards. It is given groups, their votes and nothing else
 * that could hold a label: no task, no data row, no scorer.
 */
import type { Group } from "../group.js";
import type { VoteResult } from "../vote/majority.js";

export interface GroupReward {
  /** One reward a rollout, in sample order. Length n. */
  readonly rewards: readonly number[];
  /** The answer that was rewarded; null where no one answer was. */
  readonly label: string | null;
  /** What a model said of each rollout, where the rewards are made of that; kept in the rollouts. Length n. */
  readonly scores?: readonly number[];
  /** Whether the group gives a reward at all. Where not, it has no gradient, not even of the KL, and its rewards are 0. */
  readonly rewarded: boolean;
}

/** The groups of one step with their votes, in the same order. */
export interface RewardBatch {
  /** The step, counted from 1. */
  readonly step: number;
  readonly groups: readonly Group[];
  readonly votes: readonly VoteResult[];
}

export interface RewardSource {
  readonly name: string;
  /** The reward of each group, in order. What fails is an error, never a reward of 0 or of another step. */
  rewards(batch: RewardBatch): readonly GroupReward[] | Promise<readonly GroupReward[]>;
}

/** A source that looks at each group alone. */
export interface GroupRewardSource extends RewardSource {
  reward(group: Group, vote: VoteResult): GroupReward;
  rewards(batch: RewardBatch): readonly GroupReward[];
}

export const perGroup = (name: string, reward: GroupRewardSource["reward"]): GroupRewardSource => ({
  name,
  reward,
  rewards: ({ groups, votes }) => groups.map((group, g) => reward(group, votes[g]!)),
});
