/** The loss that a configuration asks for. */
import { klPlace } from "../../config/method-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { PolicyLoss } from "../../core/loss/loss.js";

/**
 * Bounds where none are given: PPO's own (Schulman et al. 2017); those of GSPO's experiments (2507.18071, section 5.1); none below
 * and five times the sampler's probability above for CISPO (ScaleRL, 2510.13786).
 */
const BOUNDS = {
  "ppo-clip": { low: 0.2, high: 0.2 },
  gspo: { low: 3e-4, high: 4e-4 },
  cispo: { low: 1, high: 4 },
} as const;

export function policyLoss(config: TrainConfig): PolicyLoss {
  const { loss, clipLow, clipHigh, dualClip, entropyBonus } = config;
  const { klCoefficient: coefficient, klEstimator: estimator, klCorrection: corrected } = config;
  const terms = {
    ...(coefficient > 0 && klPlace(config) === "loss" ? { kl: { estimator, coefficient, corrected } } : {}),
    ...(entropyBonus > 0 ? { entropyBonus } : {}),
  };
  if (loss === "importance-sampling") return { kind: loss, ...terms };
  const bounds = { low: clipLow ?? BOUNDS[loss].low, high: clipHigh ?? BOUNDS[loss].high };
  if (loss !== "ppo-clip") return { kind: loss, ...bounds, ...terms };
  return { kind: loss, ...bounds, ...(dualClip === undefined ? {} : { dualClip }), ...terms };
}
