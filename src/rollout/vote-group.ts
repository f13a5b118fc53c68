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

/** `key` and the prompt decide what is drawn where ties are broken at random: no other group's draw. */
export const voteOf = ({ prompt, rollouts }: Group, config: VoteConfig, key: readonly number[]): VoteResult =>
  voteOfBallots(prompt.id, rollouts.map(ballotOf), config, key);

/** The same of what rollouts left behind, in sample order. */
export function voteOfBallots(
  promptId: string,
  ballots: readonly Ballot[],
  { ties, weights }: VoteConfig,
  key: readonly number[],
): VoteResult {
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
      seed: [...key, hashString(promptId)],
    },
  );
}
