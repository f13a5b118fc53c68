/** The answer of a sentence that stands in the place of one: `\boxed{\text{The answer is 96}}`, `#### The answer is 96`. */
import { answerAnchors } from "./anchors.js";
import { choiceRule } from "./choice.js";
import { afterAnchor, phraseRule } from "./phrase.js";
import { type AnswerMark, findWithin } from "./rule.js";

/** The choice or the answer that a phrase announces within a mark; null where none does. */
export function announcedIn(text: string, { start, end }: AnswerMark): AnswerMark | null {
  if (afterAnchor(text.slice(start, end), 0, answerAnchors) === null) return null;
  return findWithin(choiceRule, text, start, end) ?? findWithin(phraseRule, text, start, end);
}
