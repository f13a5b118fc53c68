/** What a training step leaves behind: a line of metrics and a table of rollouts. */
import type { HiddenLabels } from "../group.js";
import { labelMetrics } from "../monitor/label-metrics.js";
import { stepSignals } from "../monitor/signals.js";
import { graderFailures } from "../rollout/sample-groups.js";
import type { MetricRecord, RolloutRow } from "../run/run-directory.js";
import type { Collected } from "./collect.js";
import type { PolicyUpdate } from "./policy-update.js";
import { selectionMetrics } from "./selection-metrics.js";
import type { Batch } from "./update.js";

export interface Step extends Collected {
  readonly step: number;
  /** Of the groups that are trained on. */
  readonly batch: Batch;
  readonly learningRate: number;
  readonly update: PolicyUpdate;
  /** Of the curriculum, counted from 1; null where there is none. */
  readonly stage: number | null;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

/**
 * The line of `metrics.jsonl`: figures of everything that was sampled, rejected groups included, because signs of collapse are what
 * a filter hides. The label-free signals are of the first batch, before any refill. True labels enter here, after the update, and nowhere else in a label-free run.
 */
export function stepRecord(
  s: Step,
  labels: HiddenLabels,
  time: Readonly<Record<string, number>>,
): MetricRecord {
  // Entropy and distinct answers depend on how many prompts there are, which must then not depend on how many were rejected.
  const first = s.refill?.firstBatch ?? s.groups.length;
  const rollouts = s.groups.flatMap((g) => g.rollouts);
  const rewards = s.rewards.flatMap((r) => r.rewards);
  const tokens = rollouts.reduce((n, r) => n + r.tokens.length, 0);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      reward: sum(rewards) / rewards.length,
      ...stepSignals(s.groups.slice(0, first), s.votes.slice(0, first)),
      ...labelMetrics(s.groups, s.rewards, labels),
      ...selectionMetrics(s, labels),
      ...measured({ stage: s.stage }),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokens,
      ...measured({ kl: s.batch.kl }),
      loss: s.update.loss,
      gradNorm: s.update.gradNorm,
      importanceRatio: s.update.importanceRatio,
      ...measured({ clipFraction: s.update.clipFraction, vocabularyEntropy: s.update.vocabularyEntropy }),
      learningRate: s.learningRate,
      ...graderFailures(s.groups),
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

export function rolloutRows({ step, groups, votes, rewards, selection, batch }: Step): RolloutRow[] {
  const advantages = new Map(
    selection.trained.map(({ candidate, samples }, t) => [
      candidate,
      new Map(samples.map((sample, i) => [sample, batch.advantages[t]![i]!])),
    ]),
  );
  return groups.flatMap((group, g) =>
    group.rollouts.map((rollout, sample) => {
      const advantage = advantages.get(g)?.get(sample);
      return {
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
        reward: rewards[g]!.rewards[sample]!,
        advantage: advantage ?? 0,
        meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
        rejected: selection.rejected[g] ?? (advantage === undefined ? "unparsed" : null),
      };
    }),
  );
}
