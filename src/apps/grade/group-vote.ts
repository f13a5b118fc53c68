/** The vote of a group of samples, as it is written. */
import type { CountConfig } from "../../config/grade-config.js";
import type { Explanation } from "../../core/answer/explain.js";
import { majorityVote, type VoteResult } from "../../core/vote/majority.js";
import { answersNeeded } from "../../core/vote/min-answers.js";
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
  /** Where the group has no label because too few samples have an answer: how many a label needs. Absent elsewhere. */
  readonly answersNeeded?: number;
  /** The largest first. Samples without an answer are in none. */
  readonly clusters: readonly Cluster[];
  /** In sample order. */
  readonly rewards: readonly number[];
  /** Samples that the grader failed on; absent where there is none. */
  readonly graderFailures?: number;
  /** Samples whose text breaks off, though nothing says why it ended; absent where there is none. */
  readonly breakOff?: number;
  /** Of each sample, in sample order, where they are asked for; null of a sample that is null or failed the grader. */
  readonly explanations?: readonly (Explanation | null)[];
}

/**
 * Throws `sample-weight-missing` where a sample lacks what it is to be weighed by, or what is to break ties; and as
 * `majorityVote`.
 */
export function voteOnGroup(
  id: string,
  samples: readonly GradedSample[],
  config: CountConfig & { readonly explain?: boolean },
): GroupVote {
  const n = samples.length;
  const vote = ofGroup(id, () => count(id, samples, config));
  const { share, margin, entropy, effectiveAnswers, noAnswerShare, tie, tooFew, classes, label } = vote;
  const clusters = classes.map(({ count, weight, members, first }) => {
    const { kind, canonical } = samples[first]!.answer!;
    return { kind, answer: canonical, count, weight, members };
  });
  const breakOff = samples.filter(({ breaksOff }) => breaksOff).length;
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
    ...(tooFew ? { answersNeeded: answersNeeded(config.minAnswers, n) } : {}),
    clusters,
    rewards: rewardsOf(vote, n, config.reward),
    ...(failed > 0 ? { graderFailures: failed } : {}),
    ...(breakOff > 0 ? { breakOff } : {}),
    ...(config.explain ? { explanations: samples.map(({ explanation }) => explanation ?? null) } : {}),
  };
}

function rewardsOf(vote: VoteResult, n: number, reward: CountConfig["reward"]): number[] {
  if (reward === "soft") return softRewards(vote, n);
  if (reward === "pairwise") return vote.tooFew ? new Array<number>(n).fill(0) : pairwiseRewards(vote, n);
  const members = new Set(vote.classes.find(({ answer }) => answer === vote.label)?.members);
  return Array.from({ length: n }, (_, i) => (members.has(i) ? 1 : 0));
}

function count(id: string, samples: readonly GradedSample[], config: CountConfig): VoteResult {
  const { ties, weights, minAnswers, seed } = config;
  return majorityVote(
    samples.map(({ answer }) => answer?.key ?? null),
    {
      ties,
      minAnswers,
      weights: weightsOf(samples, weights),
      lengths: samples.map(({ length }) => length),
      ...(ties === "logprob" ? { logprobs: tieBreakers(samples) } : {}),
      seed: [seed, hashString(id)],
    },
  );
}

/** What is wrong with a sample, or with all, is said of the group. */
function ofGroup<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    const { where, ...details } = error.toJSON();
    throw new SelftrainError(
      { ...details, where: `${where === undefined ? "" : `${where} of `}group ${id}` },
      { cause: error },
    );
  }
}

type Weights = CountConfig["weights"];

/** Where each kind of weight is from, and what is said where a sample has none. */
const sources: Readonly<
  Record<
    Exclude<Weights, "uniform">,
    readonly [name: string, of: (sample: GradedSample) => number | null, expected: string]
  >
> = {
  given: ["weight", ({ weight }) => weight, "weight, a number of 0 or more"],
  logprob: ["logprob", ({ logprob }) => logprob.sum, "logprobs, logprob, or meanLogprob with tokens"],
  "length-normalised": [
    "mean logprob",
    ({ logprob }) => logprob.mean,
    "logprobs, meanLogprob, or logprob with tokens",
  ],
};

function weightsOf(samples: readonly GradedSample[], weights: Weights): number[] | undefined {
  if (weights === "uniform") return undefined;
  const [name, of, expected] = sources[weights];
  const values = samples.map(
    (sample, i) =>
      of(sample) ??
      missing(i, `no ${name} to weigh by`, expected, "Give it to every sample, or vote with uniform weights"),
  );
  // Sums and means are what they are to be already: those of one token.
  return weights === "given"
    ? values
    : voteWeights(
        weights,
        values.map((sum) => ({ sum, tokens: 1 })),
      );
}

/** Mean logprobs; NaN of the samples without an answer, which cannot be tied. */
function tieBreakers(samples: readonly GradedSample[]): number[] {
  const [name, of, expected] = sources["length-normalised"];
  const remedy = "Give it to every sample with an answer, or break ties by another rule (ties)";
  return samples.map((sample, i) =>
    sample.answer === null
      ? Number.NaN
      : (of(sample) ?? missing(i, `no ${name} to break ties by`, expected, remedy)),
  );
}

function missing(sample: number, lack: string, expected: string, remedy: string): never {
  throw new SelftrainError({
    code: "sample-weight-missing",
    message: `A sample has ${lack}`,
    expected,
    where: `sample ${sample + 1}`,
    remedy,
  });
}
