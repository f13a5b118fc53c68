/** Correlation of pseudo-reward and truth within prompts (Laidlaw et al. 2024, arXiv 2403.03185, define hacking by such a correlation). */
import { sum } from "../../../numbers.js";
import type { PaidGroup } from "../group.js";
import { covarianceOf } from "./covariance.js";

/**
 * ρ = Σ_g Cov_g(r̃, r*) / √(Σ_g Var_g r̃ · Σ_g Var_g r*), from −1 to 1, whatever the scale of the reward. Null where either does not vary
 * within any prompt.
 */
export function proxyAlignment(groups: readonly PaidGroup[]): number | null {
  const each = groups.flatMap((group) => covarianceOf(group, group.rewards) ?? []);
  const spread = Math.sqrt(
    sum(each.map(({ rewardVariance }) => rewardVariance)) *
      sum(each.map(({ truthVariance }) => truthVariance)),
  );
  return spread === 0 ? null : sum(each.map(({ covariance }) => covariance)) / spread;
}
