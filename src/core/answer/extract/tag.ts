/** `<answer>…</answer>`. */
import { boxedRule } from "./boxed.js";
import { phraseRule } from "./phrase.js";
import { type AnswerRule, findWithin, trimmed } from "./rule.js";

const CLOSING = "</answer>";
const OPENING = "<answer>";

/** What the last pair of tags holds; of a sentence in it, what a box or a phrase in the sentence marks. */
export const tagRule: AnswerRule = {
  name: "tag",
  find(text) {
    if (!text.includes(CLOSING)) return null;
    const end = text.lastIndexOf(CLOSING);
    const open = text.lastIndexOf(OPENING, end);
    if (open < 0) return null;
    const start = open + OPENING.length;
    for (const rule of [boxedRule, phraseRule]) {
      const inner = findWithin(rule, text, start, end);
      if (inner !== null) return inner;
    }
    return trimmed(text, start, end);
  },
};
