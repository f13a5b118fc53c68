/** KL to the starting policy where the answer stands, and where the reasoning does: an answer that changes while its reasoning does not is a sign of hacking. */
import { tokenKl } from "../../loss/kl.js";

/** A sample of the policy, both policies' logprobs of its T tokens, and the tokens of its answer: null where it has none. */
export interface ScoredSample {
  readonly logprobs: ArrayLike<number>;
  readonly referenceLogprobs: ArrayLike<number>;
  readonly answerFrom: number | null;
  readonly answerTo: number | null;
}

/** By the estimator k3, in nats. */
export interface SpanKl {
  /** Of a whole sample: the sum over its tokens, averaged over samples. */
  readonly sequenceKl: number;
  /** Mean over all tokens. */
  readonly tokenKl: number;
  /** Mean over the tokens of the answers; null where no sample has one. */
  readonly answerSpanKl: number | null;
  /** Mean over all other tokens of the samples with an answer; null where there are none. */
  readonly reasoningKl: number | null;
}

/** Of one sample at the least. */
export function spanKl(samples: readonly ScoredSample[]): SpanKl {
  const [all, answer, reasoning] = [tally(), tally(), tally()];
  for (const { logprobs, referenceLogprobs, answerFrom, answerTo } of samples) {
    tokenKl("k3", logprobs, referenceLogprobs).forEach((kl, t) => {
      add(all, kl);
      if (answerFrom !== null && answerTo !== null)
        add(t >= answerFrom && t < answerTo ? answer : reasoning, kl);
    });
  }
  return {
    sequenceKl: all.sum / samples.length,
    tokenKl: all.sum / all.count,
    answerSpanKl: meanOf(answer),
    reasoningKl: meanOf(reasoning),
  };
}

interface Tally {
  sum: number;
  count: number;
}

const tally = (): Tally => ({ sum: 0, count: 0 });

function add(to: Tally, value: number): void {
  to.sum += value;
  to.count++;
}

const meanOf = ({ sum, count }: Tally): number | null => (count === 0 ? null : sum / count);
