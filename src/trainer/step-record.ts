/** What a training step leaves behind: a line of metrics and a table of rollouts. */
import type { ForwardBackwardResult, OptimStepResult } from "../engine/engine.js";
import type { Group, HiddenLabels } from "../group.js";
import { labelMetrics } from "../monitor/label-metrics.js";
import { stepSignals } from "../monitor/signals.js";
import type { GroupReward } from "../reward/reward-source.js";
import type { MetricRecord, RolloutRow } from "../run/run-directory.js";
import type { VoteResult } from "../vote/majority.js";
import type { Batch } from "./update.js";

export interface Step {
  readonly step: number;
  readonly groups: readonly Group[];
  readonly votes: readonly VoteResult[];
  readonly rewards: readonly GroupReward[];
  readonly batch: Batch;
  readonly update: ForwardBackwardResult & OptimStepResult;
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
      ...(s.batch.kl === null ? {} : { kl: s.batch.kl }),
      loss: s.update.loss,
      gradNorm: s.update.gradNorm,
      importanceRatio: importanceRatio(s),
      skippedGroups: s.batch.skippedGroups,
      trainedRollouts: s.batch.data.length,
      tokens,
    },
    time: { ...time, tokensPerSecond: tokens / time.seconds! },
  };
}

/** Mean π/π_sampler over the trained tokens: 1 on policy, but for rounding. Null where nothing was trained. */
function importanceRatio({ batch, update }: Step): number | null {
  let total = 0;
  let count = 0;
  update.logprobs.forEach((logprobs, i) => {
    const sampled = batch.data[i]!.logprobs!;
    for (let t = 0; t < logprobs.length; t++) total += Math.exp(logprobs[t]! - sampled[t]!);
    count += logprobs.length;
  });
  return count === 0 ? null : total / count;
}

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
      answer: rollout.answer,
      voteLabel: votes[g]!.label,
      voteShare: votes[g]!.share,
      rewardLabel: rewards[g]!.label,
      reward: rewards[g]!.rewards[sample]!,
      advantage: batch.advantages[g]![sample]!,
      meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
    })),
  );
}
