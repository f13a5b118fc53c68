/** What a training step leaves behind: a line of metrics and a table of rollouts. */

import { labelMetrics, majorityAccuracy } from "../../core/monitor/label-metrics.js";
import { stepSignals, teacherSignals } from "../../core/monitor/signals.js";
import type { HiddenLabels, Rollout } from "../../group.js";
import { mean, sum } from "../../numbers.js";
import type { MetricRecord, RolloutRow } from "../../run/run-directory.js";
import { graderFailures } from "../rollout/sample-groups.js";
import type { Collected, Rewarded } from "./collect.js";
import { mismatchMetrics } from "./mismatch.js";
import { biasOfReward, type Monitoring, monitorSignals } from "./monitored.js";
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

/**
 * The metrics of that part: figures of everything that was sampled, rejected groups included, because signs of collapse are what
 * a filter hides. The label-free signals are of the first batch, before any refill.
 */
export function rewardMetrics(
  s: Rewarded,
  labels: HiddenLabels,
  monitoring: Monitoring,
): MetricRecord["metrics"] {
  const { sampled, teacher } = s;
  // Entropy and distinct answers depend on how many prompts there are, which must then not depend on how many were rejected.
  const first = s.refill?.firstBatch ?? sampled.length;
  const rewards = s.rewards.flatMap((r) => r.rewards);
  return {
    reward: mean(rewards),
    ...stepSignals(sampled.slice(0, first), s.votes.slice(0, first)),
    ...monitorSignals(s, monitoring),
    ...(teacher && teacherSignals(s.votes, teacher.votes)),
    ...labelMetrics(s.groups, s.rewards, labels),
    ...measured({ majorityAccuracy: majorityAccuracy(s.groups, s.votes, labels) }),
    ...biasOfReward(s, labels, monitoring),
    ...selectionMetrics(s, labels),
    ...meanScore(s.scores),
    ...graderFailures([...sampled, ...(teacher?.groups ?? [])]),
  };
}

/** The line of `metrics.jsonl`; `kls` as `stepKl` has them. True labels enter here, after the update, and nowhere else in a label-free run. */
export function stepRecord(
  s: Step,
  labels: HiddenLabels,
  monitoring: Monitoring,
  kls: MetricRecord["metrics"],
  time: Readonly<Record<string, number>>,
): MetricRecord {
  const { sampled, teacher } = s;
  const rollouts = sampled.flatMap((g) => g.rollouts);
  const taught = teacher?.groups.flatMap((g) => g.rollouts) ?? [];
  const tokensOf = (some: readonly Rollout[]) => some.reduce((n, r) => n + r.tokens.length, 0);
  const tokens = tokensOf(rollouts) + tokensOf(taught);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      ...rewardMetrics(s, labels, monitoring),
      ...measured({ stage: s.stage }),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokensOf(rollouts),
      ...measured({ kl: s.batch.kl }),
      ...kls,
      maxAdvantage: largest(s.batch.advantages),
      loss: s.update.loss,
      ...measured({ gradNorm: Number.isNaN(s.update.gradNorm) ? null : s.update.gradNorm }),
      importanceRatio: s.update.importanceRatio,
      ...measured({ clipFraction: s.update.clipFraction, vocabularyEntropy: s.update.vocabularyEntropy }),
      ...measured({ staleness: s.staleness }),
      ...measured(mismatchMetrics(s.batch.mismatch ?? s.update.mismatch)),
      learningRate: s.learningRate,
      skippedGroups: s.batch.skippedGroups,
      trainedRollouts: s.batch.data.length,
      tokens,
    },
    time: { ...time, tokensPerSecond: tokens / time.seconds! },
  };
}

/** The largest size of an advantage; 0 of none. */
const largest = (advantages: Batch["advantages"]): number =>
  advantages.reduce((most, own) => own.reduce((m, a) => Math.max(m, Math.abs(a)), most), 0);

const meanScore = (scores: Step["scores"]): { score?: number } => {
  const all = scores?.flat() ?? [];
  return all.length === 0 ? {} : { score: sum(all) / all.length };
};

/** Those figures that there are. */
const measured = (figures: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));

/** A rollout with its place in the step. */
interface Placed {
  readonly rollout: Rollout;
  readonly sampledBy: "policy" | "teacher";
  /** Whether it only voted. */
  readonly voter: boolean;
}

/** The rollouts of a group: those that can be trained, then those of the policy that only voted, then a teacher's. */
export function placedRollouts(s: Rewarded, g: number): Placed[] {
  const { rollouts } = s.groups[g]!;
  const only = s.sampled[g]!.rollouts.slice(rollouts.length);
  const taught = s.teacher?.groups[g]?.rollouts ?? [];
  return [
    ...rollouts.map((rollout) => ({ rollout, sampledBy: "policy" as const, voter: false })),
    ...only.map((rollout) => ({ rollout, sampledBy: "policy" as const, voter: true })),
    ...taught.map((rollout) => ({ rollout, sampledBy: "teacher" as const, voter: true })),
  ];
}

/** What answer, vote, reward and advantage of a rollout came to: those of its columns that need no model. */
export type Outcome = Pick<
  RolloutRow,
  | "trained"
  | "answer"
  | "graderError"
  | "voteLabel"
  | "voteShare"
  | "rewardLabel"
  | "reward"
  | "score"
  | "advantage"
  | "rejected"
>;

/** A value of each trained rollout, by trained group as `selection.trained` has them, looked up by candidate and sample. */
function ofTrained<T>({ selection }: Rewarded, values: readonly (readonly T[])[]) {
  const known = new Map(
    selection.trained.map(({ candidate, samples }, t) => [
      candidate,
      new Map(samples.map((sample, i) => [sample, values[t]![i]!])),
    ]),
  );
  return (g: number, sample: number): T | null => known.get(g)?.get(sample) ?? null;
}

/** The outcomes of each group, in the order of `placedRollouts`; advantages are those of the trained groups. */
export function outcomesOf(s: Rewarded, advantages: readonly (readonly number[])[]): Outcome[][] {
  const advantageOf = ofTrained(s, advantages);
  return s.groups.map((_, g) => {
    const { label: voteLabel, share: voteShare } = s.votes[g]!;
    const { label, rewards, scores } = s.rewards[g]!;
    return placedRollouts(s, g).map(({ rollout, voter }, sample) => {
      const advantage = advantageOf(g, sample);
      return {
        trained: advantage !== null,
        answer: rollout.answer,
        graderError: rollout.graderError ?? null,
        voteLabel,
        voteShare,
        rewardLabel: label,
        reward: voter ? null : rewards[sample]!,
        score: voter ? null : (scores?.[sample] ?? null),
        advantage,
        rejected: s.selection.rejected[g] ?? (advantage === null && !voter ? "unparsed" : null),
      };
    });
  });
}

/** A row a rollout, group by group in the order of `placedRollouts`. */
export function rolloutRows(s: Step): RolloutRow[] {
  const outcomes = outcomesOf(s, s.batch.advantages);
  const klOf = s.batch.rolloutKl ? ofTrained(s, s.batch.rolloutKl) : () => null;
  return s.groups.flatMap(({ prompt }, g) =>
    placedRollouts(s, g).map(({ rollout, sampledBy }, sample) => ({
      step: s.step,
      group: g,
      sample,
      sampledBy,
      promptId: prompt.id,
      prompt: prompt.text,
      completion: rollout.text,
      tokens: rollout.tokens.length,
      finish: rollout.finish,
      ...outcomes[g]![sample]!,
      meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
      sumLogprob: sum(rollout.logprobs),
      kl: klOf(g, sample),
      modelScore: sampledBy === "policy" ? (s.scores?.[g]?.[sample] ?? null) : null,
    })),
  );
}
