/** What a replay takes from the stored rows, because no model is there to compute it. */
import { klPlace } from "../../config/method-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { SelftrainError } from "../../errors.js";
import type { Group, Rollout } from "../../group.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { modelReward } from "../../training/loop/model-reward.js";
import type { Ballot } from "../../training/rollout/vote-group.js";
import { rowOf } from "./stored-step.js";

const needs = {
  sumLogprob: {
    of: "votes that look at logprobs",
    expected: "a run of this version",
    remedy: "replay with --vote.weights uniform and other --vote.ties than logprob",
  },
  kl: {
    of: "a KL in the reward",
    expected: "a run that was trained with klCoefficient",
    remedy: "replay with --kl-coefficient 0 or --kl-in loss",
  },
  score: {
    of: "a reward that a model or an endpoint gave",
    expected: "a run that was trained with the same reward",
    remedy: "replay with the reward of the run, or with one that needs answers alone",
  },
  modelScore: {
    of: "what a reward model pays or weighs",
    expected: "a run of this version, with the same rewardModel",
    remedy: "replay with --vote.weights uniform, and with a reward that needs answers alone",
  },
} as const;

/** A stored number of a rollout. Throws `replay-column-missing` where the run has none. */
function stored(rollout: Rollout, name: keyof typeof needs): number {
  const row = rowOf(rollout);
  const value = row[name];
  if (value !== null) return value;
  const { of, expected, remedy } = needs[name];
  throw new SelftrainError({
    code: "replay-column-missing",
    message: `The rollouts have no ${name}, without which there is no replay of ${of}`,
    found: null,
    expected,
    where: `step ${row.step}, group ${row.group}, sample ${row.sample}`,
    remedy,
  });
}

/** The ballots of rollouts under a vote. Throws `replay-column-missing`. */
export function storedBallot({ vote }: Pick<TrainConfig, "vote">): (rollout: Rollout) => Ballot {
  const needed = vote.weights !== "uniform" || vote.ties === "logprob";
  return (rollout) => ({
    answer: rollout.answer,
    tokens: rollout.tokens.length,
    logprob: needed ? stored(rollout, "sumLogprob") : Number.NaN,
  });
}

/** KL of each rollout where the configuration has it in the reward; null where not. Throws `replay-column-missing`. */
export function storedKl(
  config: Pick<TrainConfig, "advantage" | "klCoefficient" | "klIn">,
  groups: readonly Group[],
): number[][] | null {
  if (config.klCoefficient === 0 || klPlace(config) !== "reward") return null;
  return groups.map(({ rollouts }) => rollouts.map((rollout) => stored(rollout, "kl")));
}

/** Throws `replay-scores-missing` where the run's scores are not those of the reward. */
function sameReward(run: TrainConfig, config: TrainConfig): void {
  if (run.reward === config.reward) return;
  throw new SelftrainError({
    code: "replay-scores-missing",
    message: `The reward ${config.reward} needs a model or an endpoint, and a replay has the scores of the run alone`,
    found: `scores of reward ${run.reward}`,
    expected: `a run that was trained with reward ${config.reward}`,
    where: "reward",
    remedy: needs.score.remedy,
  });
}

/** Means of the measure that the run's own reward was made of. Throws as `sameReward`. */
export const storedMeasures = (run: TrainConfig, config: TrainConfig) => (groups: readonly Group[]) => {
  sameReward(run, config);
  return groups.map(({ rollouts }) => rollouts.map((rollout) => stored(rollout, "score")));
};

/** Rewards that have scores of their own. */
const scored: readonly string[] = ["self-certainty", "negative-entropy", "http"];

/**
 * The rows of a step as this version writes them. Earlier ones had no `modelScore`: the reward model's scores stood in `score`, unless the
 * reward had its own, and are then lost.
 */
export function withModelScores(
  { reward, rewardModel }: TrainConfig,
  rows: readonly RolloutRow[],
): readonly RolloutRow[] {
  if (rewardModel === undefined || scored.includes(reward)) return rows;
  if (rows.some(({ modelScore }) => modelScore !== null)) return rows;
  return rows.map((row) => ({
    ...row,
    modelScore: row.score,
    score: reward === "model" ? row.score : null,
  }));
}

/** The reward model's score of each rollout. Throws `replay-column-missing`. */
const modelScores = (groups: readonly Group[]): number[][] =>
  groups.map(({ rollouts }) => rollouts.map((rollout) => stored(rollout, "modelScore")));

/**
 * Those of what the policy sampled; null without a reward model. Throws `replay-column-missing` where votes weigh by them and the run has
 * not stored them.
 */
export function storedScores(
  { rewardModel, vote }: TrainConfig,
  sampled: readonly Group[],
): number[][] | null {
  if (rewardModel === undefined) return null;
  const kept = sampled.every(({ rollouts }) => rollouts.every((own) => rowOf(own).modelScore !== null));
  return kept || vote.weights === "reward-model" ? modelScores(sampled) : null;
}

/** The reward model's rewards by the scores that it gave. Throws `replay-scores-missing` where the run had no such model. */
export function storedModel(run: TrainConfig, config: TrainConfig): RewardSource {
  if (config.rewardModel !== run.rewardModel) sameReward(run, config);
  return modelReward({ scores: async (groups) => modelScores(groups) }, config.rewardScore ?? "sigmoid");
}

/** The endpoint's rewards as it gave them; a group that it gave none has no scores. Throws as `sameReward`. */
export function storedEndpoint(run: TrainConfig, config: TrainConfig): RewardSource {
  sameReward(run, config);
  return {
    name: "http",
    rewards: ({ groups }) =>
      groups.map(({ rollouts }) => {
        if (rollouts.every((rollout) => rowOf(rollout).score === null))
          return { label: null, rewards: rollouts.map(() => 0), rewarded: false };
        const scores = rollouts.map((rollout) => stored(rollout, "score"));
        return { label: null, rewards: scores, scores, rewarded: true };
      }),
  };
}
