import { mean } from "../../numbers.js";
import { allEqual, checkRewards, standardDeviation } from "./rewards.js";

/**
 * Group-relative advantage (GRPO, Shao et al. 2024, arXiv 2402.03300, section 4.1.2): rewards standardised within
 * their group,
 *
 *   A_i = (r_i − mean(r)) / (std(r) + ε).
 *
 * `std` is the sample standard deviation (divisor n − 1), as in verl and TRL. ε is 1e-6 as in verl, on which the
 * authors' code is built; TRL has 1e-4.
 *
 * Takes the n rewards of one group and returns n advantages, which sum to 0. Equal rewards give exact zeros, where
 * rounding errors divided by ε would not. Throws as `checkRewards`.
 */
export function grpo(rewards: readonly number[], eps = 1e-6): number[] {
  checkRewards(rewards);
  if (allEqual(rewards)) return rewards.map(() => 0);
  const baseline = mean(rewards);
  const std = standardDeviation(rewards);
  return rewards.map((reward) => (reward - baseline) / (std + eps));
}
