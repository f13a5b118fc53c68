/** What the pseudo-reward pays wrongly: too much to wrong answers, too little to right ones. */
import { mean } from "../../../numbers.js";
import { sameAnswer } from "../../answer/same.js";
import type { PaidGroup } from "../group.js";

export interface Payments {
  /** FP: mean over rollouts of the reward of wrong ones. Of the majority reward E[p̂_m·1(m≠t)]. */
  readonly paidWrong: number;
  /** FN: mean over rollouts of 1 − reward of right ones. Of the majority reward E[p̂_t·1(m≠t)]. */
  readonly unpaidRight: number;
}

/** A group's own payments. */
export function paymentsOf({ answers, rewards, truth }: PaidGroup): Payments {
  let [paidWrong, unpaidRight] = [0, 0];
  answers.forEach((answer, i) => {
    if (sameAnswer(answer, truth)) unpaidRight += 1 - rewards[i]!;
    else paidWrong += rewards[i]!;
  });
  return { paidWrong: paidWrong / answers.length, unpaidRight: unpaidRight / answers.length };
}

/**
 * Means over groups. Their difference FP − FN is the hacking gap; of rewards of 0 and 1, 1 − FP − FN is the reward's accuracy: a wrong label that
 * few gave pays little wrongly, which TTRL (arXiv 2504.16084) calls a lucky hit. Null unless all rewards are in [0, 1], and without groups.
 */
export function payments(groups: readonly PaidGroup[]): Payments | null {
  const own = groups.filter(({ answers }) => answers.length > 0);
  if (own.length === 0 || own.some(({ rewards }) => rewards.some((r) => !(r >= 0 && r <= 1)))) return null;
  const each = own.map(paymentsOf);
  return {
    paidWrong: mean(each.map(({ paidWrong }) => paidWrong)),
    unpaidRight: mean(each.map(({ unpaidRight }) => unpaidRight)),
  };
}
