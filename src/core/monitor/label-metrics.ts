/**
 * How far the pseudo-reward is from the true one. These figures need true labels, and feed metrics only: nothing
 * that trains reads them.
 */

import { SelftrainError } from "../../errors.js";
import type { Group, HiddenLabels } from "../../group.js";
import { countOf, shareOf } from "../../numbers.js";
import { sameAnswer } from "../answer/same.js";
import type { GroupReward } from "../reward/reward-source.js";
import type { VoteResult } from "../vote/majority.js";

/**
 * Figures over the labelled groups of a batch. Some only mean something for rewards on the scale of right and wrong: they are null for
 * a batch with rewards outside it.
 */
export interface LabelMetrics {
  /** Share of groups whose prompt has a true label; the others are left out of everything below. */
  readonly labelledShare: number;
  /** Mean true reward: the share of rollouts with the true answer. */
  readonly accuracy: number;
  /**
   * Share of groups whose rewarded label is the true answer; a group that gives no reward counts as wrong. Null where a group was rewarded for
   * something else than one answer.
   */
  readonly labelAccuracy: number | null;
  /** Share of rollouts that were paid (1) and are right, or were not (0) and are wrong. Null unless all rewards are 0 or 1. */
  readonly rewardAccuracy: number | null;
  /**
   * Mean pseudo-reward − mean true reward. Positive when the policy is paid for more than it gets right. Null unless all rewards are in [0, 1].
   */
  readonly hackingGap: number | null;
  /** Share of the paid rollouts that are right; null where none was paid, or rewards are not all 0 or 1. */
  readonly rewardPrecision: number | null;
  /** Share of the right rollouts that were paid; null where none is right, or rewards are not all 0 or 1. */
  readonly rewardRecall: number | null;
  /**
   * Probability that of a right and a wrong rollout of the same prompt the right one is paid more, equal pay counting half: over all such
   * pairs of the rewarded groups, whatever the scale of the reward. Null where there is no such pair.
   */
  readonly rewardRanking: number | null;
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
    group.rollouts.map(({ answer }, i) => ({ right: sameAnswer(answer, truth), reward: reward.rewards[i]! })),
  );
  const right = countOf(outcomes, (o) => o.right);
  const paid = countOf(outcomes, (o) => o.reward === 1);
  const rightAndPaid = countOf(outcomes, (o) => o.right && o.reward === 1);
  const accuracy = right / outcomes.length;
  const binary = outcomes.every(({ reward }) => reward === 0 || reward === 1);
  const share = outcomes.every(({ reward }) => reward >= 0 && reward <= 1);
  const forAnAnswer = labelled.every(({ reward }) => reward.label !== null || !reward.rewarded);
  const labelIsRight = (l: (typeof labelled)[number]) => sameAnswer(l.reward.label, l.truth);
  return {
    labelledShare: labelled.length / groups.length,
    accuracy,
    labelAccuracy: forAnAnswer ? shareOf(labelled, labelIsRight) : null,
    rewardAccuracy: binary ? shareOf(outcomes, (o) => o.right === (o.reward === 1)) : null,
    hackingGap: share ? outcomes.reduce((sum, o) => sum + o.reward, 0) / outcomes.length - accuracy : null,
    rewardPrecision: !binary || paid === 0 ? null : rightAndPaid / paid,
    rewardRecall: !binary || right === 0 ? null : rightAndPaid / right,
    rewardRanking: ranking(labelled),
  };
}

/** Share of the groups with a true label whose majority is the true answer, no majority counting as wrong; null where no group has one. */
export function majorityAccuracy(
  groups: readonly Group[],
  votes: readonly VoteResult[],
  labels: HiddenLabels,
): number | null {
  const known = groups.flatMap(({ prompt }, g) => {
    const truth = labels.get(prompt.id);
    return truth === undefined ? [] : [sameAnswer(votes[g]!.label, truth)];
  });
  return known.length === 0 ? null : shareOf(known, (right) => right);
}

/** See `rewardRanking`. */
function ranking(
  labelled: readonly { readonly group: Group; readonly reward: GroupReward; readonly truth: string }[],
): number | null {
  let pairs = 0;
  let won = 0;
  for (const { group, reward, truth } of labelled) {
    if (!reward.rewarded) continue;
    const pay = (right: boolean) =>
      reward.rewards.filter((_, i) => sameAnswer(group.rollouts[i]!.answer, truth) === right);
    const wrong = pay(false);
    for (const own of pay(true)) {
      pairs += wrong.length;
      for (const other of wrong) won += own > other ? 1 : own === other ? 0.5 : 0;
    }
  }
  return pairs === 0 ? null : won / pairs;
}
