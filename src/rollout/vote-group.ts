/** The vote of a sampled group, as configured. */
import type { VoteConfig } from "../config/answers-config.js";
import type { Group, Rollout } from "../group.js";
import { hashString } from "../random.js";
import { majorityVote, type VoteResult } from "../vote/majority.js";
import { voteWeights } from "../vote/weights.js";

/** What a vote looks at of a rollout. */
export interface Ballot {
  readonly answer: string | null;
  /** Completion tokens. */
  readonly tokens: number;
  /** Sum of their logprobs (nats), in their order. */
  readonly logprob: number;
}

export const ballotOf = ({ answer, tokens, logprobs }: Rollout): Ballot => ({
  answer,
  tokens: tokens.length,
  logprob: logprobs.reduce((sum, value) => sum + value, 0),
});

/**
 * `key` and the prompt decide what is drawn where ties are broken at random: no other group's draw. `ballot` says what a rollout's
 * ballot is, where its tokens are not there any more.
 */
export function voteOf(
  { prompt, rollouts }: Group,
  { ties, weights }: VoteConfig,
  key: readonly number[],
  ballot: (rollout: Rollout) => Ballot = ballotOf,
): VoteResult {
  const ballots = rollouts.map(ballot);
  return majorityVote(
    ballots.map(({ answer }) => answer),
    {
      ties,
      weights: voteWeights(
        weights,
        ballots.map(({ logprob: sum, tokens }) => ({ sum, tokens })),
      ),
      lengths: ballots.map(({ tokens }) => tokens),
      logprobs: ballots.map(({ logprob, tokens }) => logprob / tokens),
      seed: [...key, hashString(prompt.id)],
    },
  );
}
