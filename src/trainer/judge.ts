/** From a step's samples to votes and rewards. */
import type { TrainConfig } from "../config/train-config.js";
import type { Candidate } from "../curriculum/rejection.js";
import type { Sampler } from "../engine/engine.js";
import type { Group, TokenMeasure } from "../group.js";
import { checkRewards } from "../reward/check.js";
import type { GroupReward, RewardBatch, RewardSource } from "../reward/reward-source.js";
import { sigmoid } from "../reward-model/objective.js";
import { voteOf } from "../rollout/vote-group.js";
import { noticeFailures } from "../run/grader-notice.js";
import type { Observer } from "../run/observer.js";
import type { VoteResult } from "../vote/majority.js";
import { guardSamples } from "./failed-batch.js";
import { sampleTeacher, teacherVotesOn } from "./moving-teacher.js";
import type { Session } from "./session.js";

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

export interface Judging {
  readonly config: TrainConfig;
  readonly session: Session;
  readonly source: RewardSource;
  /** The policy that sampled. */
  readonly sampler: Sampler;
  /** Key of the random stream of these samples. */
  readonly stream: readonly number[];
  /** Place of the first group in that stream. */
  readonly firstPrompt: number;
  readonly run: { readonly path: string };
  readonly observer?: Observer | undefined;
}

/** Votes on what the policy sampled in a step, and rewards the part that is trained. Throws as the source, `checkRewards` and sampling do. */
export async function judge(
  step: number,
  sampled: readonly Group[],
  { config, session, source, sampler, stream, firstPrompt, run, observer }: Judging,
): Promise<Judged> {
  const scores = (await session.scorer?.scores(sampled)) ?? null;
  const votes = sampled.map((group, g) => voteOf(group, config.vote, stream, scores?.[g]?.map(sigmoid)));
  let teacher: Judged["teacher"] = null;
  if (config.reward === "ema-teacher") {
    const taught = await sampleTeacher(sampled, config, session, { stream, firstPrompt }, observer);
    guardSamples(run, step, taught);
    noticeFailures(taught, observer);
    teacher = { groups: taught, votes: teacherVotesOn(sampled, taught, config, stream) };
  }
  const groups = sampled.map((group) => firstOf(group, config.samplesPerPrompt));
  const batch: RewardBatch = {
    step,
    groups,
    votes,
    teacherVotes: teacher?.votes,
    measured: source.measure && (await meansOf(sampler, groups, source.measure)),
  };
  const rewards = checkRewards(source.name, batch, await source.rewards(batch));
  return { groups, sampled, votes, rewards, scores, teacher };
}

const firstOf = (group: Group, n: number): Group =>
  group.rollouts.length === n ? group : { ...group, rollouts: group.rollouts.slice(0, n) };

/** The mean over its tokens of a measure, of each rollout of each group. */
async function meansOf(
  sampler: Sampler,
  groups: readonly Group[],
  measure: TokenMeasure,
): Promise<number[][]> {
  const values = await sampler.measure(
    groups.flatMap(({ promptTokens, rollouts }) =>
      rollouts.map(({ tokens }) => ({ prompt: promptTokens, completion: tokens })),
    ),
    measure,
  );
  let at = 0;
  return groups.map(({ rollouts }) =>
    rollouts.map(() => {
      const own = values[at++]!;
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    }),
  );
}
