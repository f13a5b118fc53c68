/** A step of a run again, from its stored rollouts: answers, votes, rewards and advantages, by the functions that training calls. */
import { GraderFailures } from "../answer/failures.js";
import { MAX_FAILURE_SHARE } from "../answer/read.js";
import { klPlace } from "../config/method-config.js";
import type { TrainConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { Group, HiddenLabels } from "../group.js";
import type { RewardSource } from "../reward/reward-source.js";
import { type PoolReading, readRollout } from "../rollout/read-rollout.js";
import { STREAM } from "../rollout/sample-groups.js";
import { voteOfBallots } from "../rollout/vote-group.js";
import type { RolloutRow } from "../run/run-directory.js";
import { advantagesOf } from "../trainer/advantages.js";
import { updatesPerStep } from "../trainer/policy-update.js";
import { outcomeOf, rewardMetrics } from "../trainer/step-record.js";
import { rolloutOf, type StoredGroup, storedGroups } from "./stored-step.js";

export interface Recomputing {
  readonly config: TrainConfig;
  readonly reading: PoolReading;
  readonly source: RewardSource;
  /** Feed metrics only. */
  readonly labels: HiddenLabels;
}

export interface RecomputedStep {
  /** The stored rows in their order, with everything replaced that was recomputed. */
  readonly rows: readonly RolloutRow[];
  readonly metrics: ReturnType<typeof rewardMetrics>;
}

/**
 * `where` names the rows in errors. Throws `replay-rows`, `replay-column-missing` where the configuration needs what the run did
 * not store, and as the grader and the reward source do.
 */
export async function recompute(
  step: number,
  stored: readonly RolloutRow[],
  where: string,
  { config, reading, source, labels }: Recomputing,
): Promise<RecomputedStep> {
  const kept = storedGroups(stored, where);
  const groups = readGroups(step, kept, config, reading);

  const logprob = needsLogprobs(config) ? column(kept, "sumLogprob", where) : null;
  const votes = groups.map(({ prompt, rollouts }, g) => {
    const ballots = rollouts.map(({ answer, tokens }, i) => ({
      answer,
      tokens: tokens.length,
      logprob: logprob?.[g]?.[i] ?? Number.NaN,
    }));
    return voteOfBallots(prompt.id, ballots, config.vote, [config.seed, STREAM.train, step]);
  });
  const rewards = await source.rewards({ step, groups, votes });

  const lengths = kept.map(({ rows }) => rows.map(({ tokens }) => tokens));
  const advantages = advantagesOf(config, lengths, rewards, klOf(kept, config, where));

  const rewarded = { groups, votes, rewards };
  const rows = kept.flatMap((group, g) =>
    group.rows.map((row, sample) => ({ ...row, ...outcomeOf(rewarded, advantages, g, sample) })),
  );
  return { rows, metrics: rewardMetrics(rewarded, labels) };
}

function readGroups(
  step: number,
  kept: readonly StoredGroup[],
  config: TrainConfig,
  reading: PoolReading,
): Group[] {
  const failures = new GraderFailures(reading.reading?.maxFailureShare ?? MAX_FAILURE_SHARE);
  const groups = kept.map(({ promptId, prompt, rows }) => ({
    prompt: { id: promptId, text: prompt },
    promptTokens: [],
    policyVersion: (step - 1) * updatesPerStep(config),
    rollouts: rows.map((row) => {
      const { answer, graderError } = readRollout(
        row.completion,
        row.finish === "length" ? "length" : "stop",
        promptId,
        reading,
        failures,
      );
      return rolloutOf(row, { answer, ...(graderError === undefined ? {} : { graderError }) });
    }),
  }));
  failures.check();
  return groups;
}

const needsLogprobs = ({ vote }: TrainConfig): boolean =>
  vote.weights !== "uniform" || vote.ties === "logprob";

function klOf(kept: readonly StoredGroup[], config: TrainConfig, where: string): number[][] | null {
  return config.klCoefficient > 0 && klPlace(config) === "reward" ? column(kept, "kl", where) : null;
}

const needs = {
  sumLogprob: "votes that look at logprobs",
  kl: "a KL in the reward",
} as const;

/** A stored column by group. */
function column(kept: readonly StoredGroup[], name: keyof typeof needs, where: string): number[][] {
  return kept.map(({ rows }) =>
    rows.map(({ [name]: value }) => {
      if (value !== null) return value;
      throw new SelftrainError({
        code: "replay-column-missing",
        message: `The rollouts have no ${name}, without which there is no replay of ${needs[name]}`,
        found: null,
        expected: name === "kl" ? "a run that was trained with klCoefficient" : "a run of this version",
        where,
        remedy:
          name === "kl"
            ? "replay with --kl-coefficient 0 or --kl-in loss"
            : "replay with --vote.weights uniform and other --vote.ties than logprob",
      });
    }),
  );
}
