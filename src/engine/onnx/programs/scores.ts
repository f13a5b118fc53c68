/** What scoring gives for each token, as graph expressions over the whole vocabulary. */
import type { Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { TokenMeasure } from "../../../group.js";
import type { Scores } from "./losses.js";

export type TokenScore = "logprob" | TokenMeasure;

/** A number [M] of each scored token; see `TokenMeasure`. */
export function tokenScore(score: TokenScore, { logp, vocabulary }: Scores): Value {
  // A scalar head has a score, and no distribution to measure; the engine refuses to.
  if (score === "logprob" || !vocabulary) return logp;
  switch (score) {
    case "entropy":
      return ops.neg(ops.reduceSum(ops.mul(ops.exp(vocabulary), vocabulary), [-1]));
    case "self-certainty": {
      const uniform = vocabulary.graph.float(-Math.log(vocabulary.shape.at(-1) as number));
      return ops.sub(uniform, ops.reduceMean(vocabulary, [-1]));
    }
  }
}

/** Name of a program that gives this score, from that of the one for logprobs. */
export const scoreName = (program: string, score: TokenScore): string =>
  score === "logprob" ? program : `${program}-${score}`;
