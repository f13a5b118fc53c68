/** From a step's samples to votes and rewards, without a model. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Candidate } from "../../core/curriculum/rejection.js";
import { checkRewards } from "../../core/reward/check.js";
import type { GroupReward, RewardBatch, RewardSource } from "../../core/reward/reward-source.js";
import { sigmoid } from "../../core/reward-model/objective.js";
import type { VoteResult } from "../../core/vote/majority.js";
import type { Group, Rollout, TokenMeasure } from "../../group.js";
import { type Ballot, voteOf } from "../rollout/vote-group.js";
import { teacherVotesOn } from "./moving-teacher.js";

/** Everything by group, in the same order. */
export interface Judged {
  /** The rollouts that are trained: the first `samplesPerPrompt` of those that were sampled. */
  readonly groups: readonly Group[];
  /** All rollouts of the policy, which all voted. */
  readonly sampled: readonly Group[];
  readonly votes: readonly VoteResult[];
  readonly rewards: readonly GroupReward[];
  /** The reward model's score of each of `sampled`; null where the run has no reward model. */
  readonly scores?: readonly (readonly number[])[] | null;
  /** What a teacher that moves answered, and the vote that made the label; null without one. */
  readonly teacher: { readonly groups: readonly Group[]; readonly votes: readonly VoteResult[] } | null;
}

/** What is decided on of each group: whether it is trained on. */
export const candidatesOf = ({ groups, votes, rewards }: Judged): Candidate[] =>
  groups.map((group, g) => ({ group, vote: votes[g]!, reward: rewards[g]! }));

/** Several rounds of a step as one. */
export function joined(rounds: readonly Judged[]): Judged {
  const taught = rounds.flatMap(({ teacher }) => teacher ?? []);
  return {
    groups: rounds.flatMap(({ groups }) => groups),
    sampled: rounds.flatMap(({ sampled }) => sampled),
    votes: rounds.flatMap(({ votes }) => votes),
    rewards: rounds.flatMap(({ rewards }) => rewards),
    scores: rounds.some(({ scores }) => !scores) ? null : rounds.flatMap(({ scores }) => scores ?? []),
    teacher:
      taught.length === 0
        ? null
        : { groups: taught.flatMap(({ groups }) => groups), votes: taught.flatMap(({ votes }) => votes) },
  };
}

/** What was sampled for the prompts of a step, in the same order. */
export interface Samples {
  /** All rollouts of the policy; the first `samplesPerPrompt` of each group are trained. */
  readonly sampled: readonly Group[];
  /** Those of a teacher that moves; null without one. */
  readonly taught: readonly Group[] | null;
  /** A reward model's scores of `sampled`; null without one. */
  readonly scores: readonly (readonly number[])[] | null;
}

export interface Rewarding {
  readonly config: TrainConfig;
  readonly source: RewardSource;
  /** Key of the random stream of these samples. */
  readonly stream: readonly number[];
  /** Means of a measure of the policy that sampled, of each rollout of these groups. */
  measured(groups: readonly Group[], measure: TokenMeasure): Promise<number[][]> | number[][];
  /** See `voteOf`. */
  readonly ballot?: ((rollout: Rollout) => Ballot) | undefined;
  /** See `RewardBatch`. */
  readonly signal?: AbortSignal | undefined;
}

/** Votes on what the policy sampled in a step, and rewards the part that is trained. Throws as the source and `checkRewards` do. */
export async function rewardSamples(
  step: number,
  { sampled, taught, scores }: Samples,
  { config, source, stream, measured, ballot, signal }: Rewarding,
): Promise<Judged> {
  const votes = sampled.map((group, g) =>
    voteOf(group, config.vote, stream, { ballot, weighed: scores?.[g]?.map(sigmoid) }),
  );
  const teacher = taught && {
    groups: taught,
    votes: teacherVotesOn(sampled, taught, config, stream, ballot),
  };
  const groups = sampled.map((group) => firstOf(group, config.samplesPerPrompt));
  const batch: RewardBatch = {
    step,
    groups,
    votes,
    teacherVotes: teacher?.votes,
    measured: source.measure && (await measured(groups, source.measure)),
    signal,
  };
  const rewards = checkRewards(source.name, batch, await source.rewards(batch));
  return { groups, sampled, votes, rewards, scores, teacher };
}

const firstOf = (group: Group, n: number): Group =>
  group.rollouts.length === n ? group : { ...group, rollouts: group.rollouts.slice(0, n) };
