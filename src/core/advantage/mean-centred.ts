import { mean } from "../../numbers.js";
import { allEqual, checkRewards } from "./rewards.js";

/**
 * Each reward minus the mean of its group,
 *
 *   A_i = r_i − mean(r):
 *
 * GRPO without the division by the standard deviation, which Dr. GRPO (Liu et al. 2025, arXiv 2503.20783, section 3)
 * leaves out because it weights questions by how nearly unanimous their rollouts are. Dr. GRPO is this with the
 * aggregation `constant-length`. (n − 1)/n times RLOO.
 *
 * Takes the n rewards of one group and returns n advantages, which sum to 0. Equal rewards give exact zeros. Throws as
 * `checkRewards`.
 */
export function meanCentred(rewards: readonly number[]): number[] {
  checkRewards(rewards);
  if (allEqual(rewards)) return rewards.map(() => 0);
  const baseline = mean(rewards);
  return rewards.map((reward) => reward - baseline);
}
