/**
 * KL divergence from the policy π to a reference π_ref (the starting policy), estimated from the logprobs of sampled
 * tokens, and its subtraction from the reward. As a term of the loss it is a `KlTerm` of `loss.ts`, which the engine computes.
 */

import { SelftrainError } from "../../errors.js";
import { sum } from "../../numbers.js";

/**
 * Estimators of KL(π‖π_ref) for tokens sampled from π (Schulman 2020, "Approximating KL divergence"), with
 * d = log π_ref − log π:
 * - `k1` = −d: unbiased, may be negative;
 * - `k2` = d²/2: biased, never negative;
 * - `k3` = exp(d) − 1 − d: unbiased, never negative. The paper's choice.
 */
export type KlEstimator = "k1" | "k2" | "k3";

const estimators: Readonly<Record<KlEstimator, (d: number) => number>> = {
  k1: (d) => -d,
  k2: (d) => (d * d) / 2,
  // expm1 keeps the digits where the policies nearly agree.
  k3: (d) => Math.expm1(d) - d,
};

/**
 * Per-token KL (nats) of one completion.
 *
 * @param policy log π of each token, length T
 * @param reference log π_ref of each token, length T
 */
export function tokenKl(
  estimator: KlEstimator,
  policy: ArrayLike<number>,
  reference: ArrayLike<number>,
): Float64Array {
  checkLengths(policy, reference);
  const estimate = estimators[estimator];
  const kl = new Float64Array(policy.length);
  for (let t = 0; t < kl.length; t++) kl[t] = estimate(reference[t]! - policy[t]!);
  return kl;
}

/**
 * KL in the reward, as for RLOO in verl and TRL: each token's reward is lowered by β·KL_t, and a rollout's reward is
 * the sum over its tokens, so r_i − β·Σ_t KL_{i,t}. To be done before the advantage is estimated; the gradient does
 * not flow through the penalty, which is a constant of the sample. With k1 the expected gradient is that of the KL itself.
 *
 * @param rewards n rewards of a group
 * @param kl_n_T per-token KL of its rollouts
 * @param coefficient β
 */
export function klPenalisedRewards(
  rewards: readonly number[],
  kl_n_T: readonly ArrayLike<number>[],
  coefficient: number,
): number[] {
  checkLengths(rewards, kl_n_T);
  return rewards.map((reward, i) => reward - coefficient * sum(kl_n_T[i]!));
}

function checkLengths(a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length === b.length) return;
  throw new SelftrainError({
    code: "kl-shape-mismatch",
    message: "A KL penalty needs both policies' logprobs of the same tokens",
    found: b.length,
    expected: a.length,
    remedy: "Score the same completions with the reference policy",
  });
}
