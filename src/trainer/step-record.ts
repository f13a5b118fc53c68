/** What a training step leaves behind: a line of metrics and a table of rollouts. */
import type { HiddenLabels, Rollout } from "../group.js";
import { labelMetrics, majorityAccuracy } from "../monitor/label-metrics.js";
import { stepSignals, teacherSignals } from "../monitor/signals.js";
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
  const { sampled = s.groups, teacher = null } = s;
  // Entropy and distinct answers depend on how many prompts there are, which must then not depend on how many were rejected.
  const first = s.refill?.firstBatch ?? sampled.length;
  const rollouts = sampled.flatMap((g) => g.rollouts);
  const taught = teacher?.groups.flatMap((g) => g.rollouts) ?? [];
  const rewards = s.rewards.flatMap((r) => r.rewards);
  const tokensOf = (some: readonly Rollout[]) => some.reduce((n, r) => n + r.tokens.length, 0);
  const tokens = tokensOf(rollouts) + tokensOf(taught);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      reward: sum(rewards) / rewards.length,
      ...stepSignals(sampled.slice(0, first), s.votes.slice(0, first)),
      ...(teacher && teacherSignals(s.votes, teacher.votes)),
      ...labelMetrics(s.groups, s.rewards, labels),
      ...measured({ majorityAccuracy: majorityAccuracy(s.groups, s.votes, labels) }),
      ...selectionMetrics(s, labels),
      ...measured({ stage: s.stage }),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokensOf(rollouts),
      ...measured({ kl: s.batch.kl }),
      loss: s.update.loss,
      gradNorm: s.update.gradNorm,
      importanceRatio: s.update.importanceRatio,
      ...measured({ clipFraction: s.update.clipFraction, vocabularyEntropy: s.update.vocabularyEntropy }),
      learningRate: s.learningRate,
      ...meanScore(s.scores),
      ...graderFailures([...sampled, ...(teacher?.groups ?? [])]),
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

/** A row a rollout: of each group those that can be trained, then those of the policy that only voted, then a teacher's. */
export function rolloutRows(s: Step): RolloutRow[] {
  const advantages = new Map(
    s.selection.trained.map(({ candidate, samples }, t) => [
      candidate,
      new Map(samples.map((sample, i) => [sample, s.batch.advantages[t]![i]!])),
    ]),
  );
  return s.groups.flatMap(({ rollouts, prompt }, g) => {
    const voters = s.sampled[g]!.rollouts.slice(rollouts.length);
    const taught = s.teacher?.groups[g]?.rollouts ?? [];
    const rows = [
      ...[...rollouts, ...voters].map((rollout) => ({ rollout, sampledBy: "policy" })),
      ...taught.map((rollout) => ({ rollout, sampledBy: "teacher" })),
    ];
    const { label, rewards, scores } = s.rewards[g]!;
    return rows.map(({ rollout, sampledBy }, sample) => {
      const advantage = advantages.get(g)?.get(sample) ?? null;
      const voted = sample >= rollouts.length;
      return {
        step: s.step,
        group: g,
        sample,
        sampledBy,
        trained: advantage !== null,
        promptId: prompt.id,
        prompt: prompt.text,
        completion: rollout.text,
        tokens: rollout.tokens.length,
        finish: rollout.finish,
        answer: rollout.answer,
        graderError: rollout.graderError ?? null,
        voteLabel: s.votes[g]!.label,
        voteShare: s.votes[g]!.share,
        rewardLabel: label,
        reward: rewards[sample] ?? null,
        score: scores?.[sample] ?? (sampledBy === "policy" ? (s.scores?.[g]?.[sample] ?? null) : null),
        advantage,
        meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
        rejected: s.selection.rejected[g] ?? (advantage === null && !voted ? "unparsed" : null),
      };
    });
  });
}
