/** The vote of a sampled group, as configured. */
import type { ScoredVoteConfig } from "../../config/answers-config.js";
import { majorityVote, type VoteResult } from "../../core/vote/majority.js";
import { voteWeights } from "../../core/vote/weights.js";
import { SelftrainError } from "../../errors.js";
import type { Group, Rollout } from "../../group.js";
import { hashString } from "../../random.js";

/** What a vote looks at of a rollout. */
export interface Ballot {
  readonly answer: string | null;
  /** Completion tokens. */
  readonly tokens: number;
  /** Sum of their logprobs (nats), in their order. */
  readonly logprob: number;
}

const ballotOf = ({ answer, tokens, logprobs }: Rollout): Ballot => ({
  answer,
  tokens: tokens.length,
  logprob: logprobs.reduce((sum, value) => sum + value, 0),
});

export interface Balloting {
  /** What a rollout's ballot is, where its tokens are not there any more. */
  readonly ballot?: ((rollout: Rollout) => Ballot) | undefined;
  /** Weights of the votes where a reward model gives them. */
  readonly weighed?: readonly number[] | null | undefined;
}

/**
 * `key` and the prompt decide what is drawn where ties are broken at random: no other group's draw. Throws `vote-scores-missing` where
 * a reward model is to give the weights, and has not.
 */
export function voteOf(
  { prompt, rollouts }: Group,
  { ties, weights, minAnswers }: ScoredVoteConfig,
  key: readonly number[],
  { ballot = ballotOf, weighed = null }: Balloting = {},
): VoteResult {
  const ballots = rollouts.map(ballot);
  const logprobs = ballots.map(({ logprob: sum, tokens }) => ({ sum, tokens }));
  return majorityVote(
    ballots.map(({ answer }) => answer),
    {
      ties,
      minAnswers,
      weights: weights === "reward-model" ? (weighed ?? missing()) : voteWeights(weights, logprobs),
      lengths: ballots.map(({ tokens }) => tokens),
      logprobs: ballots.map(({ logprob, tokens }) => logprob / tokens),
      seed: [...key, hashString(prompt.id)],
    },
  );
}

function missing(): never {
  throw new SelftrainError({
    code: "vote-scores-missing",
    message: "vote.weights reward-model weighs votes by a reward model, and there is none here",
    where: "vote.weights",
    remedy: "vote with other weights",
  });
}
