/** Advantage estimators, one file each. */
import { batchNormalised } from "./batch-normalised.js";
import { type AdvantageEstimator, perGroup } from "./estimator.js";
import { grpo } from "./grpo.js";
import { meanCentred } from "./mean-centred.js";
import { reinforcePlusPlus, reinforcePlusPlusBaseline } from "./reinforce-plus-plus.js";
import { rloo } from "./rloo.js";

export { batchNormalised } from "./batch-normalised.js";
export type { AdvantageEstimator, RewardedGroup } from "./estimator.js";
export { grpo } from "./grpo.js";
export { meanCentred } from "./mean-centred.js";
export { reinforcePlusPlus, reinforcePlusPlusBaseline } from "./reinforce-plus-plus.js";
export { rloo } from "./rloo.js";

export type AdvantageName =
  | "rloo"
  | "grpo"
  | "dr-grpo"
  | "mean-centred"
  | "batch-normalised"
  | "reinforce++"
  | "reinforce++-baseline";

/** By the name used in the configuration. Dr. GRPO is the mean-centred advantage under one aggregation, which the configuration asks for. */
export const advantageEstimators: Readonly<Record<AdvantageName, AdvantageEstimator>> = {
  rloo: perGroup(rloo),
  grpo: perGroup((rewards) => grpo(rewards)),
  "dr-grpo": perGroup(meanCentred),
  "mean-centred": perGroup(meanCentred),
  "batch-normalised": (groups) => batchNormalised(groups),
  "reinforce++": reinforcePlusPlus,
  "reinforce++-baseline": reinforcePlusPlusBaseline,
};

/** Whether a group has any gradient. Without, it can be left out of the update, exactly. */
export function hasSignal(advantages: readonly number[]): boolean {
  return advantages.some((advantage) => advantage !== 0);
}
