/**
 * How far the pseudo-reward is from the true one. These figures need true labels, and feed metrics only: nothing
 * that trains reads them.
 */
import { sameAnswer } from "../answer/same.js";
import { SelftrainError } from "../errors.js";
import type { Group, HiddenLabels } from "../group.js";
import type { GroupReward } from "../reward/reward-source.js";

/** Figures over the labelled groups of a batch. "Paid" is a rollout with a reward above 0. */
export interface LabelMetrics {
  /** Share of groups whose prompt has a true label; the others are left out of everything below. */
  readonly labelledShare: number;
  /** Mean true reward: the share of rollouts with the true answer. */
  readonly accuracy: number;
  /** Share of groups whose rewarded label is the true answer; a group without a label counts as wrong. */
  readonly labelAccuracy: number;
  /** Share of rollouts that were paid and are right, or were not and are wrong. */
  readonly rewardAccuracy: number;
  /** Mean pseudo-reward − mean true reward. Positive when the policy is paid for more than it gets right. */
  readonly hackingGap: number;
  /** Share of the paid rollouts that are right; null where none was paid. */
  readonly rewardPrecision: number | null;
  /** Share of the right rollouts that were paid; null where none is right. */
  readonly rewardRecall: number | null;
}

/**
 * Compares rewards with true labels, group by group; the same prompt twice is two groups. Null where no group has a
 * label. Answers compare by `sameAnswer`, as they do in votes and rewards.
 *
 * Throws `monitor-rewards-mismatch` unless there is one reward a group.
 */
export function labelMetrics(
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  labels: HiddenLabels,
): LabelMetrics | null {
  if (groups.length !== rewards.length) {
    throw new SelftrainError({
      code: "monitor-rewards-mismatch",
      message: "Label metrics need one reward a group",
      found: `${groups.length} groups, ${rewards.length} rewards`,
      expected: "as many rewards as groups",
      remedy: "Pass the rewards of the same groups, in the same order",
    });
  }
  const labelled = groups.flatMap((group, g) => {
    const truth = labels.get(group.prompt.id);
    return truth === undefined ? [] : [{ group, reward: rewards[g]!, truth }];
  });
  if (labelled.length === 0) return null;
  const outcomes = labelled.flatMap(({ group, reward, truth }) =>
    group.rollouts.map(({ answer }, i) => ({
      right: sameAnswer(answer, truth),
      reward: reward.rewards[i]!,
      paid: reward.rewards[i]! > 0,
    })),
  );
  const right = count(outcomes, (o) => o.right);
  const paid = count(outcomes, (o) => o.paid);
  const rightAndPaid = count(outcomes, (o) => o.right && o.paid);
  const accuracy = right / outcomes.length;
  return {
    labelledShare: labelled.length / groups.length,
    accuracy,
    labelAccuracy: count(labelled, (l) => sameAnswer(l.reward.label, l.truth)) / labelled.length,
    rewardAccuracy: count(outcomes, (o) => o.right === o.paid) / outcomes.length,
    hackingGap: outcomes.reduce((sum, o) => sum + o.reward, 0) / outcomes.length - accuracy,
    rewardPrecision: paid === 0 ? null : rightAndPaid / paid,
    rewardRecall: right === 0 ? null : rightAndPaid / right,
  };
}

function count<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length;
}
