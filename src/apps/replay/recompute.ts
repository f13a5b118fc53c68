/** A step of a run again, from its stored rollouts: answers, votes, rewards and advantages, by the functions that training calls. */

import { rejects } from "../../config/curriculum-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { GraderFailures } from "../../core/answer/failures.js";
import { MAX_FAILURE_SHARE } from "../../core/answer/read.js";
import { passesNeeded, selectGroups } from "../../core/curriculum/rejection.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { SelftrainError } from "../../errors.js";
import type { Group, HiddenLabels } from "../../group.js";
import type { MetricRecord, RolloutRow } from "../../run/run-directory.js";
import { advantagesOf } from "../../training/loop/advantages.js";
import type { Monitoring } from "../../training/loop/monitored.js";
import { updatesPerStep } from "../../training/loop/policy-update.js";
import { candidatesOf, rewardSamples } from "../../training/loop/reward-samples.js";
import { outcomesOf, rewardMetrics } from "../../training/loop/step-record.js";
import { type PoolReading, readRollout } from "../../training/rollout/read-rollout.js";
import { STREAM } from "../../training/rollout/sample-groups.js";
import { rolloutOf, type StoredGroup, storedGroups } from "./stored-step.js";
import { storedBallot, storedKl, storedMeasures, storedScores } from "./stored-values.js";

export interface Recomputing {
  /** The run's own configuration. */
  readonly own: TrainConfig;
  /** That of the replay. */
  readonly config: TrainConfig;
  readonly reading: PoolReading;
  readonly source: RewardSource;
  /** Feed metrics only. */
  readonly labels: HiddenLabels;
  /** What its answers are held against, and how last results are read. */
  readonly monitoring: Omit<Monitoring, "reward">;
  /** Refill rounds that the step took, by its metrics. */
  readonly refillRounds: number;
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
  { own, config, reading, source, labels, refillRounds, monitoring }: Recomputing,
): Promise<RecomputedStep> {
  const kept = storedGroups(stored, where);
  const groupsOf = (sampledBy: string) => readGroups(step, kept, sampledBy, config, reading);
  const sampled = groupsOf("policy");
  const taught = kept[0]?.rows.some((row) => row.sampledBy === "teacher") ? groupsOf("teacher") : null;
  if (config.reward === "ema-teacher" && taught === null) throw noTeacher(where);

  const judged = await rewardSamples(
    step,
    {
      sampled,
      taught: config.reward === "ema-teacher" ? taught : null,
      scores: storedScores(config, sampled),
    },
    {
      config,
      source,
      stream: [config.seed, STREAM.train, step],
      measured: storedMeasures(own, config),
      ballot: storedBallot(config),
    },
  );
  const selection = selectGroups(candidatesOf(judged), config.rejection, config.promptsPerStep);
  const trained = selection.trained.map(({ group }) => group);
  const lengths = trained.map(({ rollouts }) => rollouts.map(({ tokens }) => tokens.length));
  const rewards = selection.trained.map(({ reward }) => reward);
  const advantages = advantagesOf(config, lengths, rewards, storedKl(config, trained));
  // What the first batch was is the run's own doing, whatever is rejected now.
  const firstBatch = passesNeeded(own.promptsPerStep, own.rejection);
  const refill = rejects(config) ? { rules: config.rejection, rounds: refillRounds, firstBatch } : null;

  // A teacher that the replay has no use for has its rows all the same.
  const placed = { ...judged, selection, refill, teacher: taught && { groups: taught, votes: judged.votes } };
  const outcomes = outcomesOf(placed, advantages);
  const rows = kept.flatMap((group, g) =>
    group.rows.map((row, sample) => ({ ...row, ...outcomes[g]![sample]! })),
  );
  const recomputed = { ...placed, teacher: judged.teacher };
  return {
    rows,
    metrics: rewardMetrics(recomputed, labels, { reward: source.name, ...monitoring }),
  };
}

/** The groups of a step as the policy, or a teacher, answered them, each answer read anew. */
export function readGroups(
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
