/** Where the pay of wrong answers goes: to an answer that many prompts turn to, to answers that contradict their own steps, or to others. */
import { sameAnswer } from "../../answer/same.js";
import type { PaidGroup } from "../group.js";
import { contradicts } from "../label-free/disconnect.js";

/** Shares of the pay of wrong answers, that add up to 1. */
export interface FalsePay {
  /** To answers that became commoner over prompts than they were. */
  readonly toAttractor: number;
  /** To others that are not what the rollout's own steps came to. */
  readonly toContradiction: number;
  /** To wrong answers of the prompt alone. */
  readonly toOwnError: number;
}

/** `attractors` as `label-free/excess-share.ts` finds them. Null where no wrong answer was paid, or a reward is below 0. */
export function falsePay(groups: readonly PaidGroup[], attractors: ReadonlySet<string>): FalsePay | null {
  if (groups.some(({ rewards }) => rewards.some((r) => !(r >= 0)))) return null;
  let [attracted, contradicting, own] = [0, 0, 0];
  for (const group of groups) {
    group.answers.forEach((answer, i) => {
      if (sameAnswer(answer, group.truth)) return;
      // By group, as every other payment is.
      const pay = group.rewards[i]! / group.answers.length;
      if (answer !== null && attractors.has(answer)) attracted += pay;
      else if (contradicts(group, i)) contradicting += pay;
      else own += pay;
    });
  }
  const all = attracted + contradicting + own;
  if (all === 0) return null;
  return { toAttractor: attracted / all, toContradiction: contradicting / all, toOwnError: own / all };
}
