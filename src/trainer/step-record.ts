/** What a training step leaves behind: a line of metrics and a table of rollouts. */
import type { Group, HiddenLabels } from "../group.js";
import { labelMetrics } from "../monitor/label-metrics.js";
import { stepSignals } from "../monitor/signals.js";
import type { GroupReward } from "../reward/reward-source.js";
import { graderFailures } from "../rollout/sample-groups.js";
import type { MetricRecord, RolloutRow } from "../run/run-directory.js";
import type { VoteResult } from "../vote/majority.js";
import type { PolicyUpdate } from "./policy-update.js";
import type { Batch } from "./update.js";

export interface Step {
  readonly step: number;
  readonly groups: readonly Group[];
  readonly votes: readonly VoteResult[];
  readonly rewards: readonly GroupReward[];
  readonly batch: Batch;
  readonly learningRate: number;
  readonly update: PolicyUpdate;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

/** What the groups of a step were rewarded with: that part of a step which needs no model. */
export type Rewarded = Pick<Step, "groups" | "votes" | "rewards">;

/** The metrics of that part. */
export function rewardMetrics({ groups, votes, rewards }: Rewarded, labels: HiddenLabels) {
  const each = rewards.flatMap((r) => r.rewards);
  return {
    reward: sum(each) / each.length,
    ...stepSignals(groups, votes),
    ...labelMetrics(groups, rewards, labels),
    ...graderFailures(groups),
  };
}

/** The line of `metrics.jsonl`. True labels enter here, after the update, and nowhere else in a label-free run. */
export function stepRecord(
  s: Step,
  labels: HiddenLabels,
  time: Readonly<Record<string, number>>,
): MetricRecord {
  const rollouts = s.groups.flatMap((g) => g.rollouts);
  const tokens = rollouts.reduce((n, r) => n + r.tokens.length, 0);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      ...rewardMetrics(s, labels),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokens,
      ...measured({ kl: s.batch.kl }),
      loss: s.update.loss,
      gradNorm: s.update.gradNorm,
      importanceRatio: s.update.importanceRatio,
      ...measured({ clipFraction: s.update.clipFraction, vocabularyEntropy: s.update.vocabularyEntropy }),
      learningRate: s.learningRate,
      skippedGroups: s.batch.skippedGroups,
      trainedRollouts: s.batch.data.length,
      tokens,
    },
    time: { ...time, tokensPerSecond: tokens / time.seconds! },
  };
}

/** Those figures that there are. */
const measured = (figures: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));

export function rolloutRows({ step, groups, votes, rewards, batch }: Step): RolloutRow[] {
  return groups.flatMap((group, g) =>
    group.rollouts.map((rollout, sample) => ({
      step,
      group: g,
      sample,
      promptId: group.prompt.id,
      prompt: group.prompt.text,
      completion: rollout.text,
      tokens: rollout.tokens.length,
      finish: rollout.finish,
      ...outcomeOf({ groups, votes, rewards }, batch.advantages, g, sample),
      meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
      sumLogprob: sum(rollout.logprobs),
      kl: batch.rolloutKl?.[g]?.[sample] ?? null,
    })),
  );
}

/** What answer, vote, reward and advantage of a rollout came to: those of its columns that need no model. */
export type Outcome = Pick<
  RolloutRow,
  "answer" | "graderError" | "voteLabel" | "voteShare" | "rewardLabel" | "reward" | "advantage"
>;

export function outcomeOf(
  { groups, votes, rewards }: Rewarded,
  advantages: readonly (readonly number[])[],
  g: number,
  sample: number,
): Outcome {
  const { answer, graderError = null } = groups[g]!.rollouts[sample]!;
  return {
    answer,
    graderError,
    voteLabel: votes[g]!.label,
    voteShare: votes[g]!.share,
    rewardLabel: rewards[g]!.label,
    reward: rewards[g]!.rewards[sample]!,
    advantage: advantages[g]![sample]!,
  };
}
