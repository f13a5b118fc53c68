/** The vote of a group as an audit counts it: every rollout one voice, a tie no majority. */
import { sameAnswer } from "../../../core/answer/same.js";
import { countsOf } from "../../../core/monitor/label-free/tally.js";
import { mean } from "../../../numbers.js";
import type { AuditGroup } from "../source.js";

/** A group, without its answers: what is kept of a whole run. */
export interface GroupFigures {
  readonly promptId: string;
  /** Share of the rollouts that gave the commonest answer; null of a single one, which agrees with itself. */
  readonly agreement: number | null;
  /** Null where nobody answered, or two answers were as common. */
  readonly majority: string | null;
  /** Mean reward; null where none is known. */
  readonly reward: number | null;
  /** Null where the truth is not known. */
  readonly accuracy: number | null;
  readonly right: boolean | null;
}

export function groupFigures({ promptId, answers, paid, truth }: AuditGroup): GroupFigures {
  let [majority, first, second] = [null as string | null, 0, 0];
  for (const [answer, count] of countsOf(answers)) {
    if (count > first) [majority, first, second] = [answer, count, first];
    else if (count > second) second = count;
  }
  if (first === second) majority = null;
  return {
    promptId,
    agreement: answers.length < 2 ? null : first / answers.length,
    majority,
    reward: paid === null ? null : mean(paid.rewards),
    accuracy:
      truth === null ? null : answers.filter((answer) => sameAnswer(answer, truth)).length / answers.length,
    right: truth === null ? null : sameAnswer(majority, truth),
  };
}
