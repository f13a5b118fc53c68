/**
 * Losses an engine computes. Each is a sum over completion tokens of a weight times a function of the token's
 * logprob, so that every aggregation mode is a scaling of the weights done by the loop (see `aggregate.ts`).
 */

/** −Σ w·log π(token): supervised training; w masks. */
export interface CrossEntropy {
  readonly kind: "cross-entropy";
}

/**
 * −Σ A·π(token)/π_sampler(token): the policy gradient with its importance ratio, whose gradient at ratio 1 is
 * REINFORCE's −Σ A·∇log π (Williams 1992; Tinker's `importance_sampling`).
 */
export interface ImportanceSampling {
  readonly kind: "importance-sampling";
}

export type LossSpec = CrossEntropy | ImportanceSampling;
export type LossKind = LossSpec["kind"];
