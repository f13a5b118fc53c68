/** How much each sample's vote weighs. */
import { SelftrainError } from "../../errors.js";

export const weightKinds = ["uniform", "logprob", "length-normalised"] as const;

/**
 * - `uniform` (default): one vote a sample.
 * - `logprob`: in proportion to the probability of the whole completion. Long completions hardly count.
 * - `length-normalised`: in proportion to exp(mean logprob a token) (Wang et al. 2023, section 3.1).
 */
export type WeightKind = (typeof weightKinds)[number];

/** Sum and number of a completion's token logprobs (nats). */
export interface SampleLogprob {
  readonly sum: number;
  readonly tokens: number;
}

/** Weights of the samples, the largest 1; undefined for a uniform vote. Throws `vote-weights` for a mean of no tokens. */
export function voteWeights(kind: WeightKind, samples: readonly SampleLogprob[]): number[] | undefined {
  if (kind === "uniform") return undefined;
  const logs = samples.map(({ sum, tokens }, i) =>
    kind === "logprob" ? sum : tokens > 0 ? sum / tokens : noTokens(tokens, i),
  );
  const highest = Math.max(...logs);
  return logs.map((log) => Math.exp(log - highest));
}

function noTokens(tokens: number, sample: number): never {
  throw new SelftrainError({
    code: "vote-weights",
    message: "A completion without tokens has no mean logprob to weigh by",
    found: tokens,
    expected: "1 token or more",
    where: `sample ${sample + 1}`,
    remedy: "Leave the sample out, or vote with uniform weights",
  });
}
