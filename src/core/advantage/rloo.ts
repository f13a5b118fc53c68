import { mean } from "../../numbers.js";
import { allEqual, checkRewards } from "./rewards.js";

/**
 * REINFORCE leave-one-out (Kool et al. 2019; Ahmadian et al. 2024): each rollout's reward minus the mean of the
 * n − 1 others,
 *
 *   A_i = r_i − Σ_{j≠i} r_j / (n − 1) = n/(n − 1) · (r_i − mean(r)).
 *
 * Takes the n rewards of one group and returns n advantages, which sum to 0. Equal rewards give exact zeros, also
 * where rounding would not, so that groups without a gradient can be skipped. Throws as `checkRewards`.
 */
export function rloo(rewards: readonly number[]): number[] {
  checkRewards(rewards);
  if (allEqual(rewards)) return rewards.map(() => 0);
  const n = rewards.length;
  const baseline = mean(rewards);
  return rewards.map((reward) => (n / (n - 1)) * (reward - baseline));
}
