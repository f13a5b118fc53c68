/**
 * Losses an engine computes. Each is a sum over completion tokens of a weight times a function of the token's
 * logprob, so that every aggregation mode is a scaling of the weights done by the loop (see `aggregate.ts`).
 *
 * Below, w is the weight (the advantage, scaled), π the current policy, π_s the sampler, r = π(token)/π_s(token).
 */
import type { KlEstimator } from "./kl.js";

/** −Σ w·log π(token): supervised training; w masks. */
export interface CrossEntropy {
  readonly kind: "cross-entropy";
}

/**
 * Σ w·s with s the score of a sequence by a scalar head, and w the one weight of a datum. Any loss of scores is trained by it: its
 * derivative by each score is handed back as the weight.
 */
export interface Linear {
  readonly kind: "linear";
}

/** A KL loss term: Σ s·β·KL_t, with s the token's scale and KL_t the estimate at the current policy, through which the gradient flows. */
export interface KlTerm {
  readonly estimator: KlEstimator;
  /** β. */
  readonly coefficient: number;
  /**
   * Multiplies each estimate by r, whose gradient is that of the expectation: the correction of DeepSeek-V3.2 (2512.02556), TRL's
   * `use_bias_correction_kl`.
   */
  readonly corrected: boolean;
}

/** What any policy loss may have beside it. Both need `Datum.scales`, the first `Datum.reference`. */
export interface PolicyTerms {
  readonly kl?: KlTerm;
  /** c of −Σ s·c·H_t, with H_t the entropy (nats) of the whole next-token distribution. */
  readonly entropyBonus?: number;
}

/**
 * −Σ w·r: the policy gradient with its importance ratio, whose gradient at ratio 1 is REINFORCE's −Σ A·∇log π (Williams 1992;
 * Tinker's `importance_sampling`).
 */
export interface ImportanceSampling extends PolicyTerms {
  readonly kind: "importance-sampling";
}

/** Where ratios are clipped: to [1 − low, 1 + high]. */
interface ClipRange {
  readonly low: number;
  readonly high: number;
}

/**
 * −Σ min(w·r, w·clip(r)) (Schulman et al. 2017, equation 7), with bounds of their own below and above (DAPO, 2503.14476).
 * With `dualClip`, c > 1, tokens of negative weight have no less than c·w (Ye et al. 2020, 1912.09729).
 */
export interface PpoClip extends PolicyTerms, ClipRange {
  readonly kind: "ppo-clip";
  readonly dualClip?: number;
}

/**
 * −Σ min(w·s, w·clip(s)) with the ratio of the sequence, s = exp(mean of log r over its T tokens), at each of them (GSPO, Zheng
 * et al. 2025, 2507.18071, equations 5 to 7). The gradient is that of GSPO-token (equation 14): equal to GSPO's where all tokens
 * of a completion have one weight.
 */
export interface Gspo extends PolicyTerms, ClipRange {
  readonly kind: "gspo";
}

/**
 * −Σ w·clip(r)·log π, with no gradient through clip(r) (CISPO, MiniMax-M1, 2506.13585, equation 4): clipping bounds a token's
 * share, and silences none. `low` of 1 leaves the ratio unbounded below, as there.
 */
export interface Cispo extends PolicyTerms, ClipRange {
  readonly kind: "cispo";
}

export type PolicyLoss = ImportanceSampling | PpoClip | Gspo | Cispo;
export type LossSpec = CrossEntropy | Linear | PolicyLoss;
export type LossKind = LossSpec["kind"];

/** Whether the loss has a sampler's policy to compare with, and may have terms. */
export const isPolicyLoss = (loss: LossSpec): loss is PolicyLoss =>
  loss.kind !== "cross-entropy" && loss.kind !== "linear";
