/** Advantage estimators: the rewards of one group to the advantages of its rollouts. */
import { grpo } from "./grpo.js";
import { rloo } from "./rloo.js";

export { grpo } from "./grpo.js";
export { rloo } from "./rloo.js";

/**
 * n rewards of a group → n advantages, one a rollout, shared by all its tokens. Every estimator (contract in
 * test/advantage): permuting rewards permutes advantages; advantages sum to 0; equal rewards give exact zeros; fewer
 * than two rewards, or one that is not finite, throws.
 */
export type AdvantageEstimator = (rewards: readonly number[]) => number[];

/** By the name used in the configuration. */
export const advantageEstimators: Readonly<Record<"rloo" | "grpo", AdvantageEstimator>> = {
  rloo,
  grpo: (rewards) => grpo(rewards),
};

/** Whether a group has any gradient. Without, it can be left out of the update, exactly. */
export function hasSignal(advantages: readonly number[]): boolean {
  return advantages.some((advantage) => advantage !== 0);
}
