import { checkGroups, type RewardedGroup } from "./estimator.js";
import { meanCentred } from "./mean-centred.js";
import { allEqual, standardDeviation } from "./rewards.js";

/**
 * Centred within the group, scaled over the batch (Liu et al. 2025, "Part I: Tricks or Traps?", arXiv 2508.08221; TRL's
 * `scale_rewards="batch"`):
 *
 *   A_{g,i} = (r_{g,i} − mean(r_g)) / (std(all rewards of the batch) + ε),
 *
 * so that a nearly unanimous group is not blown up as GRPO does. `std` has the divisor N − 1; ε is that of `grpo`.
 *
 * The advantages of each group sum to 0; a group of equal rewards has exact zeros. Throws as `checkRewards`.
 */
export function batchNormalised(groups: readonly RewardedGroup[], eps = 1e-6): number[][] {
  checkGroups(groups);
  const all = groups.flatMap(({ rewards }) => rewards);
  if (allEqual(all)) return groups.map(({ rewards }) => rewards.map(() => 0));
  const scale = standardDeviation(all) + eps;
  return groups.map(({ rewards }) => meanCentred(rewards).map((advantage) => advantage / scale));
}
