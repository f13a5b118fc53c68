/** The vote of a group of samples, as it is written. */
import type { CountConfig } from "../../config/grade-config.js";
import { majorityVote, type VoteResult } from "../../core/vote/majority.js";
import { pairwiseAgreement, pairwiseRewards, softRewards } from "../../core/vote/variants.js";
import { voteWeights } from "../../core/vote/weights.js";
import { SelftrainError } from "../../errors.js";
import { hashString } from "../../random.js";
import type { GradedSample } from "./sample.js";

/** A cluster of samples that give the same answer. */
export interface Cluster {
  readonly kind: string;
  /** Canonical form. */
  readonly answer: string;
  readonly count: number;
  readonly weight: number;
  /** Indices of the samples in the group, ascending. */
  readonly members: readonly number[];
}

export interface GroupVote {
  readonly id: string;
  readonly samples: number;
  /** Canonical form of the winning answer; null where there is none. */
  readonly label: string | null;
  /** Weight of the largest cluster, of the weight of all samples. */
  readonly agreement: number;
  readonly margin: number;
  /** Nats. */
  readonly entropy: number;
  readonly effectiveAnswers: number;
  readonly pairwiseAgreement: number;
  readonly noAnswerShare: number;
  readonly tie: boolean;
  /** The largest first. Samples without an answer are in none. */
  readonly clusters: readonly Cluster[];
  /** In sample order. */
  readonly rewards: readonly number[];
  /** Samples that the grader failed on; absent where there is none. */
  readonly graderFailures?: number;
}

/** Throws `sample-weight-missing` where a sample lacks what the weights are made of; and as `majorityVote`. */
export function voteOnGroup(
  id: string,
  samples: readonly GradedSample[],
  { ties, weights, seed, reward }: CountConfig,
): GroupVote {
  const n = samples.length;
  const means = samples.map(({ logprob }) => (logprob === null ? Number.NaN : logprob.sum / logprob.tokens));
  const vote = majorityVote(
    samples.map(({ answer }) => answer?.key ?? null),
    {
      ties,
      weights: weightsOf(id, samples, weights),
      lengths: samples.map(({ length }) => length),
      ...(means.every(Number.isFinite) ? { logprobs: means } : {}),
      seed: [seed, hashString(id)],
    },
  );
  const { share, margin, entropy, effectiveAnswers, noAnswerShare, tie, classes, label } = vote;
  const clusters = classes.map(({ count, weight, members, first }) => {
    const { kind, canonical } = samples[first]!.answer!;
    return { kind, answer: canonical, count, weight, members };
  });
  const failed = samples.filter(({ graderError }) => graderError !== undefined).length;
  return {
    id,
    samples: n,
    label: label === null ? null : clusters[classes.findIndex(({ answer }) => answer === label)]!.answer,
    agreement: share,
    margin,
    entropy,
    effectiveAnswers,
    pairwiseAgreement: pairwiseAgreement(vote, n),
    noAnswerShare,
    tie,
    clusters,
    rewards: rewardsOf(vote, n, reward),
    ...(failed > 0 ? { graderFailures: failed } : {}),
  };
}

function rewardsOf(vote: VoteResult, n: number, reward: CountConfig["reward"]): number[] {
  if (reward === "soft") return softRewards(vote, n);
  if (reward === "pairwise") return pairwiseRewards(vote, n);
  const members = new Set(vote.classes.find(({ answer }) => answer === vote.label)?.members);
  return Array.from({ length: n }, (_, i) => (members.has(i) ? 1 : 0));
}

function weightsOf(
  id: string,
  samples: readonly GradedSample[],
  weights: CountConfig["weights"],
): number[] | undefined {
  if (weights === "uniform") return undefined;
  const needed = samples.map(({ weight, logprob }) => (weights === "given" ? weight : logprob));
  const missing = needed.indexOf(null);
  if (missing >= 0) {
    throw new SelftrainError({
      code: "sample-weight-missing",
      message: `A sample has no ${weights === "given" ? "weight" : "logprobs"}`,
      expected: weights === "given" ? "weight, a number of 0 or more" : "logprobs, meanLogprob or logprob",
      where: `sample ${missing + 1} of group ${id}`,
      remedy: "Give it to every sample, or vote with uniform weights",
    });
  }
  return weights === "given"
    ? samples.map(({ weight }) => weight!)
    : voteWeights(
        weights,
        samples.map(({ logprob }) => logprob!),
      );
}
