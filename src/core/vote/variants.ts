/** Softer readings of the same vote: every sample is paid for the company it is in. */
import { sum } from "../../numbers.js";
import type { VoteResult } from "./majority.js";

/** Per sample, in sample order: the share of the vote that its answer has; 0 without an answer, and where too few have one. */
export function softRewards({ classes, votes, share, tooFew }: VoteResult, n: number): number[] {
  const rewards = new Array<number>(n).fill(0);
  if (tooFew) return rewards;
  for (const { members, weight } of classes) for (const i of members) rewards[i] = (weight / votes) * share;
  return rewards;
}

/**
 * Per sample, in sample order: the share of the n − 1 others that give its answer; 0 without an answer, and for a sample
 * alone. No sample votes for itself.
 */
export function pairwiseRewards({ classes }: VoteResult, n: number): number[] {
  const rewards = new Array<number>(n).fill(0);
  if (n > 1)
    for (const { members, count } of classes) for (const i of members) rewards[i] = (count - 1) / (n - 1);
  return rewards;
}

/** Probability that two different samples of the group give the same answer: the mean of `pairwiseRewards`. */
export function pairwiseAgreement(vote: VoteResult, n: number): number {
  return sum(pairwiseRewards(vote, n)) / n;
}
