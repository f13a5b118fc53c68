/** Our losses in the protocol's names, where a server has them. */
import type { LossSpec, PolicyLoss } from "../../../core/loss/loss.js";
import type { Datum } from "../../engine.js";
import type { NativeLoss, Profile, Reduction } from "../profile/profile.js";

export interface WireLoss {
  readonly lossFn: NativeLoss;
  /** Ratios are bounded from `clip_low_threshold` to `clip_high_threshold`. */
  readonly lossConfig: Readonly<Record<string, number>>;
}

/** What only our own server computes, in the same map of numbers. */
function termsOf({ kl, entropyBonus, ...loss }: PolicyLoss): Record<string, number> {
  const { dualClip } = loss as { dualClip?: number };
  return {
    ...(dualClip === undefined ? {} : { dual_clip: dualClip }),
    ...(kl && { kl_coefficient: kl.coefficient, kl_estimator: Number(kl.estimator.slice(1)) }),
    ...(kl?.corrected ? { kl_corrected: 1 } : {}),
    ...(entropyBonus === undefined ? {} : { entropy_bonus: entropyBonus }),
  };
}

const NAMES = {
  "importance-sampling": "importance_sampling",
  "ppo-clip": "ppo",
  gspo: "gspo",
  cispo: "cispo",
} as const;

/** Null where the server has no such loss, or would not compute it as it is meant. */
export function wireLoss(loss: LossSpec, { losses, terms }: Profile, reduction: Reduction): WireLoss | null {
  // Its weights are what a mean divides by.
  if (loss.kind === "cross-entropy")
    return reduction === "sum-sum" && losses.includes("cross_entropy")
      ? { lossFn: "cross_entropy", lossConfig: {} }
      : null;
  if (loss.kind === "linear") return null;
  const lossFn = NAMES[loss.kind];
  const extra = termsOf(loss);
  if (!losses.includes(lossFn) || (Object.keys(extra).length > 0 && !terms)) return null;
  const bounds =
    loss.kind === "importance-sampling"
      ? {}
      : { clip_low_threshold: 1 - loss.low, clip_high_threshold: 1 + loss.high };
  return { lossFn, lossConfig: { ...bounds, ...extra } };
}

/** What each datum's weights are multiplied by, so that the server's means are the sums that are meant. */
export function reductionFactors(reduction: Reduction, data: readonly Pick<Datum, "completion">[]): number[] {
  const tokens = data.reduce((sum, { completion }) => sum + completion.length, 0);
  const factors: Readonly<Record<Reduction, (length: number) => number>> = {
    "sum-sum": () => 1,
    "sum-mean": () => data.length,
    "mean-sum": (length) => length,
    "mean-mean": (length) => data.length * length,
    "token-mean": () => tokens,
  };
  return data.map(({ completion }) => factors[reduction](completion.length));
}
