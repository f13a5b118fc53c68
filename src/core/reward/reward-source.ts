/**
 * A reward source turns the answers of a batch of groups into rewards. It is given groups, their votes and nothing else
 * that could hold a label: no task, no data row, no scorer.
 */
import type { Group, TokenMeasure } from "../../group.js";
import type { VoteResult } from "../vote/majority.js";

export interface GroupReward {
  /** One reward a rollout, in sample order. Length n. */
  readonly rewards: readonly number[];
  /** The answer that was rewarded; null where no one answer was. */
  readonly label: string | null;
  /** What the rewards were made of beside answers, one finite number a rollout: a measure, an endpoint's scores. Kept with the rollouts. */
  readonly scores?: readonly number[];
  /** Whether the group gives a reward at all. Where not, it has no gradient, not even of the KL, and its rewards are 0. */
  readonly rewarded: boolean;
}

/** The groups of one step with their votes, in the same order. */
export interface RewardBatch {
  /** The step, counted from 1. */
  readonly step: number;
  /** Of each prompt the n rollouts that are trained. */
  readonly groups: readonly Group[];
  /** The policy's votes. Where more rollouts vote than are trained, those that are trained come first in the order of samples. */
  readonly votes: readonly VoteResult[];
  /** The votes that make the labels, where a teacher takes part in them. */
  readonly teacherVotes?: readonly VoteResult[] | undefined;
  /** Of each rollout of each group the mean over its tokens of what the source asked to have measured. */
  readonly measured?: readonly (readonly number[])[] | undefined;
  /** Aborted when the run is to stop. A source that waits may then throw an `AbortError`: the step is not trained, and resuming does it again. */
  readonly signal?: AbortSignal | undefined;
}

export interface RewardSource {
  readonly name: string;
  /** What is to be measured of the policy that sampled. */
  readonly measure?: TokenMeasure;
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
