/**
 * Which of several marks is the answer. A rule of the list that fires keeps all that come after it from being tried, but for
 * markers of its own strength: a heading of a final answer, `####`, a choice, a phrase. Of those the last in the text decides.
 */
import { type AnswerMark, type AnswerRule, placeOf } from "./rule.js";

export interface Candidate {
  readonly rule: AnswerRule;
  readonly mark: AnswerMark;
}

/** Rules of one strength. A choice is the more exact of two that one phrase announces. */
const equals: ReadonlySet<string> = new Set(["final", "hash", "choice", "phrase"]);

/** The deciding mark among those that the rules find; null where none finds one. */
export function decidingMark(text: string, rules: readonly AnswerRule[]): Candidate | null {
  for (const [i, rule] of rules.entries()) {
    const mark = rule.find(text);
    if (mark === null) continue;
    return equals.has(rule.name) ? lastOf(text, { rule, mark }, rules.slice(i + 1)) : { rule, mark };
  }
  return null;
}

function lastOf(text: string, first: Candidate, others: readonly AnswerRule[]): Candidate {
  let best = first;
  for (const rule of others) {
    const mark = equals.has(rule.name) ? rule.find(text) : null;
    if (mark === null) continue;
    const later = placeOf(mark) - placeOf(best.mark);
    if (later > 0 || (later === 0 && rule.name === "choice")) best = { rule, mark };
  }
  return best;
}
