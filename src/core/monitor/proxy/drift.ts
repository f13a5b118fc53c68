/** Whether training makes its own prompts better or worse now: the first-order change of accuracy. */
import { mean } from "../../../numbers.js";
import { isAnswer } from "../../answer/same.js";
import type { PaidGroup } from "../group.js";
import { countsOf } from "../label-free/tally.js";
import { covarianceOf } from "./covariance.js";

/**
 * What each answer is paid by the majority of the others: 1 where it is their one commonest answer, else 0. A vote contains the sample that it
 * pays, so that its covariance with the truth is not that of a fresh sample. Linear in the answers.
 */
export function leaveOneOutRewards({ answers }: Pick<PaidGroup, "answers">): number[] {
  const counts = countsOf(answers);
  const [first = 0, second = 0] = [...counts.values()].sort((a, b) => b - a);
  return answers.map((answer) => {
    if (!isAnswer(answer)) return 0;
    const own = counts.get(answer)!;
    const rival = own === first ? second : first;
    return own - 1 > rival ? 1 : 0;
  });
}

/** The rewards as they were paid. */
export const fixedRewards = ({ rewards }: Pick<PaidGroup, "rewards">): readonly number[] => rewards;

/**
 * D = E_g[Cov_g(r̃, r*)]: to first order, for a softmax over answers, the change of accuracy per unit of a natural-gradient step. For the majority
 * reward E[p̂_t(1 − p̂_t)·1(m=t) − p̂_m p̂_t·1(m≠t)]·n/(n − 1). Below 0 training makes these prompts worse.
 *
 * `rewardsOf` gives the rewards of a group: `leaveOneOutRewards` where its own majority is paid, `fixedRewards` where labels do not depend on the
 * samples. Null of groups of fewer than two rollouts.
 */
export function drift(
  groups: readonly PaidGroup[],
  rewardsOf: (group: PaidGroup) => readonly number[],
): number | null {
  const each = groups.flatMap((group) => covarianceOf(group, rewardsOf(group)) ?? []);
  return each.length === 0 ? null : mean(each.map(({ covariance }) => covariance));
}
