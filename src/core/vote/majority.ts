/**
 * The majority vote over a group's answers: the pseudo-label of SRT (arXiv 2505.21444, section 3) and of
 * self-consistency (Wang et al. 2023, arXiv 2203.11171). Answers are canonical, so equal strings are one class.
 */

import { SelftrainError } from "../../errors.js";
import { sumAscending } from "../../numbers.js";
import { isAnswer } from "../answer/same.js";
import type { AnswerClass } from "./answer-class.js";
import { entropyOfCounts } from "./entropy.js";
import { answersNeeded, type MinAnswers } from "./min-answers.js";
import { breakTie, type TieOptions } from "./ties.js";

export interface VoteResult {
  /** The pseudo-label; null where nobody answered, too few did, or a tie was not broken. */
  readonly label: string | null;
  /** Weight of the largest class, whether or not it became the label: its count, where votes are uniform. */
  readonly votes: number;
  /** Agreement: `votes` / weight of all n samples. Those without an answer count too. */
  readonly share: number;
  /** By weight descending, then by answer in code-unit order. */
  readonly classes: readonly AnswerClass[];
  /** Whether two or more classes have the most votes. */
  readonly tie: boolean;
  /** Whether some samples have an answer, and fewer than a label needs. */
  readonly tooFew: boolean;
  /** The answers with the most votes, in code-unit order: one unless there is a tie. */
  readonly winners: readonly string[];
  /** Share of the weight of the samples without an answer. */
  readonly noAnswerShare: number;
  /** Entropy (nats) of the classes among the samples that answered. */
  readonly entropy: number;
  /** exp(entropy): as many equally likely answers would be as uncertain. 0 where nobody answered. */
  readonly effectiveAnswers: number;
  /** (votes of the largest class − votes of the second largest) / weight of all samples. */
  readonly margin: number;
}

export interface VoteOptions extends TieOptions {
  /** Samples with an answer that a label needs; 1 by default. */
  readonly minAnswers?: MinAnswers;
  /** Weight of each sample, 0 or more, in sample order; 1 each by default. */
  readonly weights?: readonly number[] | undefined;
}

/** Relative difference below which sums of weights are equal: they were rounded. */
const EQUAL = 1e-12;

/**
 * Counts n answers, in sample order, in time n log n. A missing or blank answer has no vote and never wins. But for each
 * class's sample indices, and the tie rule `first`, the result does not depend on the order of the answers.
 *
 * Throws `vote-empty-group` where there are no samples, and `vote-weights`.
 */
export function majorityVote(answers: readonly (string | null)[], options: VoteOptions = {}): VoteResult {
  const n = answers.length;
  if (n === 0) {
    throw new SelftrainError({
      code: "vote-empty-group",
      message: "A vote needs at least one sample",
      found: 0,
      expected: "1 sample or more",
      remedy: "Sample at least one solution a prompt",
    });
  }
  const { weights, minAnswers = 1 } = options;
  if (weights !== undefined) checkWeights(weights, n);
  const all = weights === undefined ? n : sumAscending(weights);
  const classes = answerClasses(answers, weights).filter(({ weight }) => weight > 0);
  const votes = classes[0]?.weight ?? 0;
  const leaders = classes
    .filter(({ weight }) => votes - weight <= EQUAL * votes)
    .sort((a, b) => (a.answer < b.answer ? -1 : 1));
  const answered = sumAscending(classes.map(({ weight }) => weight));
  const entropy = entropyOfCounts(classes.map(({ weight }) => weight));
  const ofAll = (weight: number): number => (all === 0 ? 0 : weight / all);
  const tie = leaders.length > 1;
  const given = answers.filter(isAnswer).length;
  const tooFew = given > 0 && given < answersNeeded(minAnswers, n);
  return {
    label: tooFew ? null : (breakTie(leaders, options)?.answer ?? null),
    votes,
    share: ofAll(votes),
    classes,
    tie,
    tooFew,
    winners: leaders.map(({ answer }) => answer),
    noAnswerShare: Math.max(0, ofAll(all - answered)),
    entropy,
    effectiveAnswers: classes.length === 0 ? 0 : Math.exp(entropy),
    margin: tie ? 0 : ofAll(votes - (classes[1]?.weight ?? 0)),
  };
}

function answerClasses(
  answers: readonly (string | null)[],
  weights: readonly number[] | undefined,
): AnswerClass[] {
  const members = new Map<string, number[]>();
  answers.forEach((answer, sample) => {
    if (!isAnswer(answer)) return;
    const known = members.get(answer);
    if (known === undefined) members.set(answer, [sample]);
    else known.push(sample);
  });
  return [...members]
    .map(([answer, samples]) => ({
      answer,
      count: samples.length,
      weight: weights === undefined ? samples.length : sumAscending(samples.map((i) => weights[i]!)),
      first: samples[0]!,
      members: samples,
    }))
    .sort((a, b) => b.weight - a.weight || (a.answer < b.answer ? -1 : 1));
}

/** Sample by sample, and their sum: shares of a sum that no number holds would be none. */
function checkWeights(weights: readonly number[], n: number): void {
  const wrong = (found: string, sample?: number): SelftrainError =>
    new SelftrainError({
      code: "vote-weights",
      message: "Each sample's vote needs a weight",
      found,
      expected: "one finite number of 0 or more a sample",
      ...(sample === undefined ? {} : { where: `sample ${sample + 1}` }),
      remedy: "Give one to every sample; of scores that may be negative, exp(score − the group's largest)",
    });
  if (weights.length !== n) throw wrong(`${weights.length} weights, ${n} samples`);
  const at = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (at >= 0) throw wrong(String(weights[at]), at);
  if (sumAscending(weights) === Number.POSITIVE_INFINITY)
    throw new SelftrainError({
      code: "vote-weights",
      message: "The weights of the votes add up to more than a number holds",
      found: `the largest is ${Math.max(...weights)}`,
      expected: `a sum of at most ${Number.MAX_VALUE}`,
      remedy: "Divide them by the group's largest; subtract the largest score before you exponentiate",
    });
}
