/** One optimiser step on completions, or on pairs. */

import { type FinetuneConfig, preferenceOptions } from "../../config/finetune-config.js";
import { preferenceLoss, type ScoredPair } from "../../core/loss/preference.js";
import type { ChosenCompletion } from "../../core/preference/completions.js";
import type { Pair } from "../../core/preference/pairs.js";
import type { VotedPrompt } from "../../core/preference/voted-prompt.js";
import type { Datum, Engine } from "../../engine/engine.js";
import { mean, shareOf, sum } from "../../numbers.js";

/** Figures of the step, by the names of its metrics. */
export type Figures = Readonly<Record<string, number>>;

export interface Prepared {
  readonly data: readonly Datum[];
  /** What is known of the loss before the update. */
  readonly figures: Figures;
}

/** Log-probabilities (nats) of whole completions under the policy that a round begins with, in the order of its pairs. */
export interface ReferenceScores {
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

type Scored = Pick<Datum, "prompt" | "completion">;

const completionOf = (votes: readonly VotedPrompt[], prompt: number, sample: number): Scored => ({
  prompt: votes[prompt]!.promptTokens,
  completion: votes[prompt]!.completions[sample]!.tokens,
});

const weighted = (scored: Scored, weight: number, { policyVersion }: Engine): Datum => ({
  ...scored,
  weights: new Float32Array(scored.completion.length).fill(weight),
  policyVersion,
});

/** Completions whose loss is the mean −log π of a token of the batch. */
export function completionData(
  votes: readonly VotedPrompt[],
  items: readonly ChosenCompletion[],
  engine: Engine,
): Prepared {
  const scored = items.map(({ prompt, chosen }) => completionOf(votes, prompt, chosen));
  const tokens = scored.reduce((sum, { completion }) => sum + completion.length, 0);
  return { data: scored.map((each) => weighted(each, 1 / tokens, engine)), figures: {} };
}

/** Log π of the chosen and the rejected completion of each pair under the current policy. */
export async function pairScores(
  votes: readonly VotedPrompt[],
  pairs: readonly Pair[],
  engine: Engine,
): Promise<ReferenceScores> {
  const sampler = await engine.refreshSampler();
  const logprobs = await sampler.logprobs(
    pairs.flatMap(({ prompt, chosen, rejected }) => [
      completionOf(votes, prompt, chosen),
      completionOf(votes, prompt, rejected),
    ]),
  );
  await sampler.release();
  const sums = logprobs.map(sum);
  return {
    chosen: pairs.map((_, i) => sums[2 * i]!),
    rejected: pairs.map((_, i) => sums[2 * i + 1]!),
  };
}

/** Pairs as data whose cross-entropy has the gradient of the preference loss at the current policy. */
export async function pairData(
  votes: readonly VotedPrompt[],
  pairs: readonly Pair[],
  reference: ReferenceScores,
  config: FinetuneConfig,
  engine: Engine,
): Promise<Prepared> {
  const current = await pairScores(votes, pairs, engine);
  const scored = pairs.map(
    ({ prompt, chosen, weight }, i): ScoredPair => ({
      chosen: current.chosen[i]!,
      rejected: current.rejected[i]!,
      referenceChosen: reference.chosen[i]!,
      referenceRejected: reference.rejected[i]!,
      chosenTokens: votes[prompt]!.completions[chosen]!.tokens.length,
      weight,
    }),
  );
  const { loss, pairs: losses } = preferenceLoss(scored, preferenceOptions(config));
  const data = pairs.flatMap(({ prompt, chosen, rejected }, i) => [
    weighted(completionOf(votes, prompt, chosen), losses[i]!.chosenWeight, engine),
    weighted(completionOf(votes, prompt, rejected), losses[i]!.rejectedWeight, engine),
  ]);
  const figures = {
    loss,
    chosenLogprob: mean(current.chosen),
    rejectedLogprob: mean(current.rejected),
    rewardMargin: mean(losses.map(({ margin }) => margin)),
    preferenceAccuracy: shareOf(losses, ({ margin }) => margin > 0),
  };
  return { data, figures };
}
