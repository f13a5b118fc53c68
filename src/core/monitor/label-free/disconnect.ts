/** Answers that are not what the rollout's own steps came to: the answer no longer depends on the reasoning. */
import { isAnswer, sameAnswer } from "../../answer/same.js";
import type { AnsweredGroup } from "../group.js";

/** Whether a rollout answers other than its last result; null where it has no answer or shows no result. */
export function contradicts({ answers, lastResults }: AnsweredGroup, sample: number): boolean | null {
  const [answer, last] = [answers[sample] ?? null, lastResults?.[sample] ?? null];
  return isAnswer(answer) && isAnswer(last) ? !sameAnswer(answer, last) : null;
}

/** Share of the rollouts with an answer and a last result whose answer is another; null where there are none. */
export function disconnectedShare(groups: readonly AnsweredGroup[]): number | null {
  let [apart, known] = [0, 0];
  for (const group of groups)
    for (let i = 0; i < group.answers.length; i++) {
      const own = contradicts(group, i);
      if (own === null) continue;
      known++;
      if (own) apart++;
    }
  return known === 0 ? null : apart / known;
}
