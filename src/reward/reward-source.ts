/**
 * A reward source turns the answers of a group into rewards. It is given answers and nothing else that could
 * hold a label: no task, no data row, no scorer.
 */
import type { Group } from "../group.js";
import type { VoteResult } from "../vote/majority.js";

export interface GroupReward {
  /** One reward a rollout, in sample order. Length n. */
  readonly rewards: readonly number[];
  /** The answer that was rewarded; null where there is no label (then all rewards are 0). */
  readonly label: string | null;
}

export interface RewardSource {
  readonly name: string;
  /** Rewards of a group, given its vote. */
  reward(group: Group, vote: VoteResult): GroupReward;
}
