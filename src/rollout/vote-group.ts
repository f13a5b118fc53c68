/** The vote of a sampled group, as configured. */
import type { VoteConfig } from "../config/answers-config.js";
import type { Group, Rollout } from "../group.js";
import { hashString } from "../random.js";
import { majorityVote, type VoteResult } from "../vote/majority.js";
import { voteWeights } from "../vote/weights.js";
import { answersOf } from "./sample-groups.js";

/** `key` and the prompt decide what is drawn where ties are broken at random: no other group's draw. */
export function voteOf(group: Group, { ties, weights }: VoteConfig, key: readonly number[]): VoteResult {
  const { rollouts, prompt } = group;
  const logprobs = rollouts.map(({ logprobs, tokens }) => ({ sum: sumOf(logprobs), tokens: tokens.length }));
  return majorityVote(answersOf(group), {
    ties,
    weights: voteWeights(weights, logprobs),
    lengths: rollouts.map(({ tokens }: Rollout) => tokens.length),
    logprobs: logprobs.map(({ sum, tokens }) => sum / tokens),
    seed: [...key, hashString(prompt.id)],
  });
}

const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
