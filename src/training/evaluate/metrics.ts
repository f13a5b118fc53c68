/** Accuracy of a policy on labelled prompts: mean@k, maj@k, pass@k and greedy, with intervals over prompts. */
import { sameAnswer } from "../../core/answer/same.js";
import { best } from "../../core/reward-model/best-of.js";
import { sigmoid } from "../../core/reward-model/objective.js";
import {
  type BootstrapOptions,
  bootstrapMeans,
  type Estimate,
} from "../../core/statistics/bootstrap-means.js";
import { majorityVote, type VoteResult } from "../../core/vote/majority.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";

/** What the policy answered to one prompt. */
export interface PromptAnswers {
  /** Prompt id. */
  readonly id: string;
  /** Canonical answers of the samples at temperature 1. */
  readonly answers: readonly (string | null)[];
  /** Canonical answer of the greedy solution, where one was sampled. */
  readonly greedy?: string | null;
  /** A reward model's score of each sample, where there is one. */
  readonly scores?: readonly number[];
}

export interface PromptScore {
  /** Samples, and how many of them are right. */
  readonly samples: number;
  readonly correct: number;
  /** 1 where the majority answer is the true one; 1/m where it is one of m tied answers. */
  readonly majority: number;
  /** Share of the samples in the largest class. */
  readonly agreement: number;
  /** 1 or 0; absent where no greedy solution was sampled. */
  readonly greedy?: number;
  /** Share of the samples with the highest score that are right; absent without scores. */
  readonly best?: number;
  /** As `majority`, of a vote weighed by σ(score). */
  readonly weighed?: number;
}

/** What the figures are means of: an entry a prompt, in the order of the prompts. */
export interface ByPrompt {
  readonly mean: readonly number[];
  readonly maj: readonly number[];
  /** Absent unless every prompt has a greedy solution. */
  readonly greedy?: readonly number[];
  readonly agreement: readonly number[];
}

export interface EvaluationMetrics {
  readonly prompts: number;
  /** k: the fewest samples of any prompt. */
  readonly samples: number;
  /** mean@k: accuracy of a single sample (the paper's avg@k). */
  readonly mean: Estimate;
  /** maj@k: accuracy of the majority vote. */
  readonly maj: Estimate;
  /** pass@k: probability that at least one of k samples is right (the paper's best@k). */
  readonly pass: Estimate;
  /** Accuracy of the greedy solution; absent unless every prompt has one. */
  readonly greedy?: Estimate;
  /** bestOfN@k: accuracy of the sample with the highest score; absent unless every prompt has scores. */
  readonly bestOfN?: Estimate;
  /** Weighted maj@k: accuracy of the vote weighed by σ(score) (Li et al. 2023, arXiv 2206.02336, section 2). */
  readonly weightedMaj?: Estimate;
  readonly byPrompt: ByPrompt;
}

/**
 * Scores one prompt. A prompt without a label counts as wrong. Of m tied answers each is the majority with
 * probability 1/m, and the score is its expectation: it depends on no order and favours no answer.
 */
export function scorePrompt(prompt: PromptAnswers, truth: string | null): PromptScore {
  const majority = ({ winners }: VoteResult) =>
    winners.some((winner) => sameAnswer(winner, truth)) ? 1 / winners.length : 0;
  const isRight = (sample: number) => sameAnswer(prompt.answers[sample]!, truth);
  const { scores } = prompt;
  const vote = majorityVote(prompt.answers);
  const chosen = scores === undefined ? [] : best(scores);
  return {
    samples: prompt.answers.length,
    correct: prompt.answers.filter((answer) => sameAnswer(answer, truth)).length,
    majority: majority(vote),
    agreement: vote.share,
    ...(prompt.greedy === undefined ? {} : { greedy: sameAnswer(prompt.greedy, truth) ? 1 : 0 }),
    ...(scores === undefined
      ? {}
      : {
          best: chosen.filter(isRight).length / chosen.length,
          weighed: majority(majorityVote(prompt.answers, { weights: scores.map(sigmoid) })),
        }),
  };
}

/**
 * Unbiased estimate of pass@k from n samples of which c are right: 1 − C(n−c, k)/C(n, k) (Chen et al. 2021,
 * arXiv 2107.03374, equation 1), as a product that does not overflow.
 *
 * Throws `evaluate-pass-k` unless 1 ≤ k ≤ n.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (!(k >= 1 && k <= n)) {
    throw new SelftrainError({
      code: "evaluate-pass-k",
      message: "pass@k needs at least k samples",
      found: `k = ${k}, ${n} samples`,
      expected: "1 ≤ k ≤ samples",
      remedy: "Sample more solutions a prompt, or ask for a smaller k",
    });
  }
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}

/**
 * Figures of an evaluation, the prompts weighing equally. `options.passK` is the k of pass@k (default: all samples).
 *
 * Throws `evaluate-no-prompts`; and as `majorityVote`, `passAtK`.
 */
export function evaluationMetrics(
  prompts: readonly PromptAnswers[],
  labels: HiddenLabels,
  options: BootstrapOptions & { readonly passK?: number },
): EvaluationMetrics {
  if (prompts.length === 0) {
    throw new SelftrainError({
      code: "evaluate-no-prompts",
      message: "There is no prompt to evaluate",
      found: 0,
      expected: "1 prompt or more",
      remedy: "Give a held-out set that is not empty",
    });
  }
  const scores = prompts.map((prompt) => scorePrompt(prompt, labels.get(prompt.id) ?? null));
  const samples = Math.min(...scores.map((score) => score.samples));
  const passK = options.passK ?? samples;
  const hasGreedy = scores.every((score) => score.greedy !== undefined);
  const scored = scores.every((score) => score.best !== undefined);
  const rows = scores.map((score) => [
    score.correct / score.samples,
    score.majority,
    passAtK(score.samples, score.correct, passK),
    ...(scored ? [score.best!, score.weighed!] : []),
    ...(hasGreedy ? [score.greedy!] : []),
  ]);
  const [mean, maj, pass, ...rest] = bootstrapMeans(rows, options);
  const [bestOfN, weightedMaj] = scored ? rest.splice(0, 2) : [];
  const [greedy] = rest;
  return {
    prompts: prompts.length,
    samples,
    mean: mean!,
    maj: maj!,
    pass: pass!,
    ...(greedy === undefined ? {} : { greedy }),
    ...(bestOfN && weightedMaj ? { bestOfN, weightedMaj } : {}),
    byPrompt: {
      mean: scores.map((score) => score.correct / score.samples),
      maj: scores.map((score) => score.majority),
      ...(hasGreedy ? { greedy: scores.map((score) => score.greedy!) } : {}),
      agreement: scores.map((score) => score.agreement),
    },
  };
}
