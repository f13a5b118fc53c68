/** A step of a run again, from its stored rollouts: answers, votes, rewards and advantages, by the functions that training calls. */
import { GraderFailures } from "../answer/failures.js";
import { MAX_FAILURE_SHARE } from "../answer/read.js";
import type { TrainConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { Group, HiddenLabels } from "../group.js";
import type { RewardSource } from "../reward/reward-source.js";
import { type PoolReading, readRollout } from "../rollout/read-rollout.js";
import { STREAM } from "../rollout/sample-groups.js";
import type { MetricRecord, RolloutRow } from "../run/run-directory.js";
import { advantagesOf } from "../trainer/advantages.js";
import { updatesPerStep } from "../trainer/policy-update.js";
import { rewardSamples } from "../trainer/reward-samples.js";
import { outcomesOf, rewardMetrics } from "../trainer/step-record.js";
import { rolloutOf, type StoredGroup, storedGroups } from "./stored-step.js";
import { storedBallot, storedKl, storedMeasures } from "./stored-values.js";

export interface Recomputing {
  /** The run's own configuration. */
  readonly own: TrainConfig;
  /** That of the replay. */
  readonly config: TrainConfig;
  readonly reading: PoolReading;
  readonly source: RewardSource;
  /** Feed metrics only. */
  readonly labels: HiddenLabels;
}

export interface RecomputedStep {
  /** The stored rows in their order, with everything replaced that was recomputed. */
  readonly rows: readonly RolloutRow[];
  readonly metrics: MetricRecord["metrics"];
}

/**
 * `where` names the rows in errors. Throws `replay-rows`; `replay-column-missing`, `replay-scores-missing` and
 * `replay-teacher-missing` where the configuration needs what the run did not store; and as the grader and the reward source do.
 */
export async function recompute(
  step: number,
  stored: readonly RolloutRow[],
  where: string,
  { own, config, reading, source, labels }: Recomputing,
): Promise<RecomputedStep> {
  const kept = storedGroups(stored, where);
  const groupsOf = (sampledBy: string) => readGroups(step, kept, sampledBy, config, reading);
  const sampled = groupsOf("policy");
  const taught = kept[0]?.rows.some((row) => row.sampledBy === "teacher") ? groupsOf("teacher") : null;
  if (config.reward === "ema-teacher" && taught === null) throw noTeacher(where);

  const judged = await rewardSamples(
    step,
    { sampled, taught: config.reward === "ema-teacher" ? taught : null },
    {
      config,
      source,
      stream: [config.seed, STREAM.train, step],
      measured: storedMeasures(own, config),
      ballot: storedBallot(config),
    },
  );
  const { groups, votes, rewards } = judged;
  const lengths = groups.map(({ rollouts }) => rollouts.map(({ tokens }) => tokens.length));
  const advantages = advantagesOf(config, lengths, rewards, storedKl(config, groups));

  // A teacher that the replay has no use for has its rows all the same.
  const placed = { ...judged, teacher: taught && { groups: taught, votes } };
  const rows = kept.flatMap((group, g) => {
    const outcomes = outcomesOf(placed, advantages, g);
    return group.rows.map((row, sample) => ({ ...row, ...outcomes[sample]! }));
  });
  return { rows, metrics: rewardMetrics(judged, labels) };
}

function readGroups(
  step: number,
  kept: readonly StoredGroup[],
  sampledBy: string,
  config: TrainConfig,
  reading: PoolReading,
): Group[] {
  const failures = new GraderFailures(reading.reading?.maxFailureShare ?? MAX_FAILURE_SHARE);
  const groups = kept.map(({ promptId, prompt, rows }) => ({
    prompt: { id: promptId, text: prompt },
    promptTokens: [],
    policyVersion: (step - 1) * updatesPerStep(config),
    rollouts: rows
      .filter((row) => row.sampledBy === sampledBy)
      .map((row) => {
        const finish = row.finish === "length" ? "length" : "stop";
        return rolloutOf(row, readRollout(row.completion, finish, promptId, reading, failures));
      }),
  }));
  failures.check();
  return groups;
}

const noTeacher = (where: string): SelftrainError =>
  new SelftrainError({
    code: "replay-teacher-missing",
    message:
      "The rollouts have no solutions of a teacher that moves, and a replay has no model to make them with",
    found: "rollouts of the policy alone",
    where,
    remedy: "replay a run that was trained with reward ema-teacher, or take another reward",
  });
