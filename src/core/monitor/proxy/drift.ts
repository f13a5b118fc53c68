/** Whether training makes its own prompts better or worse now: the first-order change of accuracy. */
import { mean } from "../../../numbers.js";
import type { PaidGroup } from "../group.js";
import { countsOf } from "../label-free/tally.js";
import { covarianceOf } from "./covariance.js";

/**
 * D = E_g[Cov_g(r̃, r*)]: to first order, for a softmax over answers, the change of accuracy per unit of a natural-gradient step. Below 0 training
 * makes these prompts worse. Here of rewards that do not depend on the samples, as those of a fixed teacher. Null of groups of fewer than two
 * rollouts.
 */
export function drift(groups: readonly PaidGroup[]): number | null {
  const each = groups.flatMap((group) => covarianceOf(group, group.rewards) ?? []);
  return each.length === 0 ? null : mean(each.map(({ covariance }) => covariance));
}

/**
 * The same of the majority reward, E[p̂_t(1 − p̂_t)·1(m=t) − p̂_m p̂_t·1(m≠t)]·n/(n − 1) where votes are clear. A vote contains the samples that
 * it pays, which biases their covariance. So each pair of a right and a wrong rollout is paid by the votes of the other n − 2: the share of pairs
 * of which these pay the right one, less that of which they pay the wrong one. Unbiased for labels of n − 2 votes, a tie paying nobody; linear in the
 * answers. Null of groups of fewer than three rollouts.
 */
export function majorityDrift(groups: readonly Pick<PaidGroup, "answers" | "truth">[]): number | null {
  const each = groups.filter(({ answers }) => answers.length > 2).map(covarianceOfMajority);
  return each.length === 0 ? null : mean(each);
}

function covarianceOfMajority({ answers, truth }: Pick<PaidGroup, "answers" | "truth">): number {
  const n = answers.length;
  const counts = countsOf(answers);
  const right = counts.get(truth) ?? 0;
  const classes = [...counts].sort(([, a], [, b]) => b - a);
  // Of the answers other than `own` the commonest two decide, as one vote of one of them is left out.
  const wins = (own: string, without: string | null): boolean => {
    const rivals = classes.slice(0, 3).filter(([answer]) => answer !== own);
    const most = Math.max(0, ...rivals.map(([answer, count]) => count - (answer === without ? 1 : 0)));
    return counts.get(own)! - 1 > most;
  };
  let [answered, paid] = [0, 0];
  for (const [answer, count] of classes) {
    answered += count;
    if (answer === truth || right === 0) continue;
    if (wins(truth, answer)) paid += right * count;
    if (wins(answer, truth)) paid -= right * count;
  }
  if (right > 0 && wins(truth, null)) paid += right * (n - answered);
  return paid / (n * (n - 1));
}
