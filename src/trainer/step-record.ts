/** What a training step leaves behind: a line of metrics and a table of rollouts. */
import type { Group, HiddenLabels, Rollout } from "../group.js";
import { labelMetrics, majorityAccuracy } from "../monitor/label-metrics.js";
import { stepSignals, teacherSignals } from "../monitor/signals.js";
import type { GroupReward } from "../reward/reward-source.js";
import { graderFailures } from "../rollout/sample-groups.js";
import type { MetricRecord, RolloutRow } from "../run/run-directory.js";
import type { VoteResult } from "../vote/majority.js";
import type { PolicyUpdate } from "./policy-update.js";
import type { Judged } from "./reward-samples.js";
import type { Batch } from "./update.js";

export interface Step {
  readonly step: number;
  /** Rollouts that were trained, or could have been. */
  readonly groups: readonly Group[];
  /** All rollouts of the policy, those that only voted behind the others; `groups` by default. */
  readonly sampled?: readonly Group[];
  /** Rollouts and label-making votes of a teacher that moves. */
  readonly teacher?: Judged["teacher"];
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

/** That part of a step which needs no model: who answered what, and what was rewarded. */
export type Rewarded = Pick<Step, "groups" | "sampled" | "teacher" | "votes" | "rewards">;

/** The metrics of that part. */
export function rewardMetrics(s: Rewarded, labels: HiddenLabels): MetricRecord["metrics"] {
  const { sampled = s.groups, teacher = null } = s;
  const rewards = s.rewards.flatMap((r) => r.rewards);
  return {
    reward: sum(rewards) / rewards.length,
    ...stepSignals(sampled, s.votes),
    ...(teacher && teacherSignals(s.votes, teacher.votes)),
    ...labelMetrics(s.groups, s.rewards, labels),
    ...measured({ majorityAccuracy: majorityAccuracy(s.groups, s.votes, labels) }),
    ...graderFailures([...sampled, ...(teacher?.groups ?? [])]),
  };
}

/** The line of `metrics.jsonl`. True labels enter here, after the update, and nowhere else in a label-free run. */
export function stepRecord(
  s: Step,
  labels: HiddenLabels,
  time: Readonly<Record<string, number>>,
): MetricRecord {
  const { sampled = s.groups, teacher = null } = s;
  const rollouts = sampled.flatMap((g) => g.rollouts);
  const taught = teacher?.groups.flatMap((g) => g.rollouts) ?? [];
  const tokensOf = (some: readonly Rollout[]) => some.reduce((n, r) => n + r.tokens.length, 0);
  const tokens = tokensOf(rollouts) + tokensOf(taught);
  return {
    kind: "step",
    step: s.step,
    metrics: {
      ...rewardMetrics(s, labels),
      // −log π of what was sampled, averaged over tokens: an unbiased estimate of the policy's entropy.
      entropy: -rollouts.reduce((n, r) => n + sum(r.logprobs), 0) / tokensOf(rollouts),
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

/** A rollout with its place in the step. */
interface Placed {
  readonly rollout: Rollout;
  readonly sampledBy: "policy" | "teacher";
  readonly trained: boolean;
}

/** The rollouts of a group: those that were trained, then those of the policy that only voted, then a teacher's. */
export function placedRollouts(s: Rewarded, g: number): Placed[] {
  const { rollouts } = s.groups[g]!;
  const only = (s.sampled?.[g]?.rollouts ?? []).slice(rollouts.length);
  const taught = s.teacher?.groups[g]?.rollouts ?? [];
  return [
    ...rollouts.map((rollout) => ({ rollout, sampledBy: "policy" as const, trained: true })),
    ...only.map((rollout) => ({ rollout, sampledBy: "policy" as const, trained: false })),
    ...taught.map((rollout) => ({ rollout, sampledBy: "teacher" as const, trained: false })),
  ];
}

/** What answer, vote, reward and advantage of a rollout came to: those of its columns that need no model. */
export type Outcome = Pick<
  RolloutRow,
  "answer" | "graderError" | "voteLabel" | "voteShare" | "rewardLabel" | "reward" | "score" | "advantage"
>;

/** The outcomes of a group, in the order of `placedRollouts`. */
export function outcomesOf(s: Rewarded, advantages: readonly (readonly number[])[], g: number): Outcome[] {
  const { label: voteLabel, share: voteShare } = s.votes[g]!;
  const { label, rewards, scores } = s.rewards[g]!;
  return placedRollouts(s, g).map(({ rollout: { answer, graderError = null }, trained }, sample) => ({
    answer,
    graderError,
    voteLabel,
    voteShare,
    rewardLabel: label,
    reward: trained ? rewards[sample]! : null,
    score: trained ? (scores?.[sample] ?? null) : null,
    advantage: trained ? advantages[g]![sample]! : null,
  }));
}

/** A row a rollout, group by group in the order of `placedRollouts`. */
export function rolloutRows(s: Step): RolloutRow[] {
  return s.groups.flatMap(({ prompt }, g) => {
    const outcomes = outcomesOf(s, s.batch.advantages, g);
    return placedRollouts(s, g).map(({ rollout, sampledBy, trained }, sample) => ({
      step: s.step,
      group: g,
      sample,
      sampledBy,
      trained,
      promptId: prompt.id,
      prompt: prompt.text,
      completion: rollout.text,
      tokens: rollout.tokens.length,
      finish: rollout.finish,
      ...outcomes[sample]!,
      meanLogprob: sum(rollout.logprobs) / rollout.tokens.length,
      sumLogprob: sum(rollout.logprobs),
      kl: trained ? (s.batch.rolloutKl?.[g]?.[sample] ?? null) : null,
    }));
  });
}
