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
  /** The reward model's score of each rollout; absent or null where the run has no reward model. */
  readonly scores?: readonly (readonly number[])[] | null;
  readonly batch: Batch;
  readonly learningRate: number;
  readonly update: PolicyUpdate;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

/** The line of `metrics.jsonl`. True labels enter here, after the update, and nowhere else in a label-free run. */
export function stepRecord(
  s: Step,
  labels: HiddenLabels,
  time: Readonly<Record<string, number>>,
): MetricRecord {
  const rollouts = s.groups.flatMap((g) => g.rollouts);
  const rewards = s.rewards.flatMap((r) => r.rewards);
  const tokens = rollouts.reduce((n, r) => n + r.tokens.length, 0);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      reward: sum(rewards) / rewards.length,
      ...stepSignals(s.groups, s.votes),
      ...labelMetrics(s.groups, s.rewards, labels),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokens,
      ...measured({ kl: s.batch.kl }),
      loss: s.update.loss,
      gradNorm: s.update.gradNorm,
      importanceRatio: s.update.importanceRatio,
      ...measured({ clipFraction: s.update.clipFraction, vocabularyEntropy: s.update.vocabularyEntropy }),
      learningRate: s.learningRate,
      ...meanScore(s.scores),
      ...graderFailures(s.groups),
      skippedGroups: s.batch.skippedGroups,
      trainedRollouts: s.batch.data.length,
      tokens,
    },
    time: { ...time, tokensPerSecond: tokens / time.seconds! },
  };
}

const meanScore = (scores: Step["scores"]): { score?: number } => {
  const all = scores?.flat() ?? [];
  return all.length === 0 ? {} : { score: sum(all) / all.length };
};

/** Those figures that there are. */
const measured = (figures: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));

export function rolloutRows({ step, groups, votes, rewards, scores, batch }: Step): RolloutRow[] {
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
      answer: rollout.answer,
      graderError: rollout.graderError ?? null,
      voteLabel: votes[g]!.label,
      voteShare: votes[g]!.share,
      rewardLabel: rewards[g]!.label,
      score: rewards[g]!.scores?.[sample] ?? scores?.[g]?.[sample] ?? null,
      reward: rewards[g]!.rewards[sample]!,
      advantage: batch.advantages[g]![sample]!,
      meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
    })),
  );
}
