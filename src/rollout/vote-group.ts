/** The vote of a sampled group, as configured. */
import type { ScoredVoteConfig } from "../config/answers-config.js";
import { SelftrainError } from "../errors.js";
import type { Group, Rollout } from "../group.js";
import { hashString } from "../random.js";
import { majorityVote, type VoteResult } from "../vote/majority.js";
import { voteWeights } from "../vote/weights.js";
import { answersOf } from "./sample-groups.js";

/**
 * `key` and the prompt decide what is drawn where ties are broken at random: no other group's draw. `weighed` are the weights of the votes where a
 * reward model gives them. Throws `vote-scores-missing` where it is to, and has not.
 */
export function voteOf(
  group: Group,
  { ties, weights }: ScoredVoteConfig,
  key: readonly number[],
  weighed: readonly number[] | null = null,
): VoteResult {
  const { rollouts, prompt } = group;
  const logprobs = rollouts.map(({ logprobs, tokens }) => ({ sum: sumOf(logprobs), tokens: tokens.length }));
  return majorityVote(answersOf(group), {
    ties,
    weights: weights === "reward-model" ? (weighed ?? missing()) : voteWeights(weights, logprobs),
    lengths: rollouts.map(({ tokens }: Rollout) => tokens.length),
    logprobs: logprobs.map(({ sum, tokens }) => sum / tokens),
    seed: [...key, hashString(prompt.id)],
  });
}

const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

function missing(): never {
  throw new SelftrainError({
    code: "vote-scores-missing",
    message: "vote.weights reward-model weighs votes by a reward model, and there is none here",
    where: "vote.weights",
    remedy: "vote with other weights",
  });
}
