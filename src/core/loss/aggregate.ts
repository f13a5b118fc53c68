/**
 * How token losses are averaged over a batch, as weights on the tokens: engines only ever sum over tokens.
 *
 * With A the advantage of a token, the loss the engine computes is −Σ w·ratio, where w = A · scale and, for a batch
 * of B sequences with lengths T_i:
 *
 * | mode              | scale of a token of sequence i | the batch loss is                                     |
 * |-------------------|--------------------------------|-------------------------------------------------------|
 * | `token-mean`      | 1 / Σ_j T_j                    | the mean over all tokens (DAPO, 2503.14476; verl)     |
 * | `sequence-mean`   | 1 / (B·T_i)                    | the mean over sequences of token means (GRPO; SRT)    |
 * | `constant-length` | 1 / (B·L)                      | a sum over a constant (Dr. GRPO, 2503.20783), L given |
 *
 * The denominators count every rollout that was sampled, those with advantage 0 included. So leaving such rollouts
 * out of the update afterwards changes no gradient.
 */

import { SelftrainError } from "../../errors.js";
import { sum } from "../../numbers.js";

export type Aggregation = "token-mean" | "sequence-mean" | "constant-length";

export interface AggregationOptions {
  readonly mode: Aggregation;
  /** L of `constant-length`: usually the most tokens that may be sampled. Required by that mode. */
  readonly constantLength?: number;
}

/** An advantage shared by all tokens of a completion, or one for each of its T tokens. */
export type CompletionAdvantage = number | ArrayLike<number>;

/**
 * Per-token weights of a batch of G groups of n completions each (n may differ).
 *
 * @param lengths_G_n tokens of each completion, end of sequence included; all rollouts of the batch
 * @param advantages_G_n their advantages
 * @returns weights_G_n_T, for `Datum.weights`
 *
 * Throws `loss-shape-mismatch` where advantages do not fit the lengths, `loss-constant-length` where L is missing or
 * not positive.
 */
export function tokenWeights(
  lengths_G_n: readonly (readonly number[])[],
  advantages_G_n: readonly (readonly CompletionAdvantage[])[],
  options: AggregationOptions,
): Float32Array[][] {
  checkShape("batch", advantages_G_n.length, lengths_G_n.length);
  const scale = tokenScale(lengths_G_n.flat(), options);
  return lengths_G_n.map((lengths_n, g) => {
    const advantages_n = advantages_G_n[g]!;
    checkShape(`group ${g}`, advantages_n.length, lengths_n.length);
    return lengths_n.map((length, i) => {
      const advantage = advantages_n[i]!;
      if (typeof advantage === "number") return new Float32Array(length).fill(advantage * scale(length));
      checkShape(`group ${g}, rollout ${i}`, advantage.length, length);
      return Float32Array.from(advantage, (a) => a * scale(length));
    });
  });
}

/** The factor of a token of a sequence of a given length, in a batch of sequences of these lengths. */
function tokenScale(lengths: readonly number[], options: AggregationOptions): (length: number) => number {
  switch (options.mode) {
    case "token-mean": {
      const tokens = sum(lengths);
      return () => 1 / tokens;
    }
    case "sequence-mean":
      return (length) => 1 / (lengths.length * length);
    case "constant-length": {
      const constant = options.constantLength;
      if (constant === undefined || !(constant > 0)) {
        throw new SelftrainError({
          code: "loss-constant-length",
          message: "The aggregation constant-length needs its length",
          found: constant,
          expected: "a positive number of tokens",
          remedy: "Give the most tokens that a completion may have",
        });
      }
      return () => 1 / (lengths.length * constant);
    }
  }
}

function checkShape(where: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new SelftrainError({
    code: "loss-shape-mismatch",
    message: "Advantages and completion lengths do not have the same shape",
    found,
    expected,
    where,
    remedy: "Pass an advantage for each completion, or for each of its tokens, in the order of the lengths",
  });
}
