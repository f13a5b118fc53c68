/** `<answer>…</answer>`. */
import { announcedIn } from "./announced-in.js";
import { boxedRule } from "./boxed.js";
import { hashRule } from "./delimited.js";
import { fieldIn } from "./json.js";
import { type AnswerRule, findWithin, trimmed } from "./rule.js";

const CLOSING = "</answer>";
const OPENING = "<answer>";

/** What the last pair of tags holds, or the field `answer` of a text that is JSON; of a sentence in it, what a box or a phrase in the sentence marks. */
export const tagRule: AnswerRule = {
  name: "tag",
  find(text) {
    if (!text.includes(CLOSING)) return fieldIn(text);
    const end = text.lastIndexOf(CLOSING);
    const open = text.lastIndexOf(OPENING, end);
    if (open < 0) return null;
    const start = open + OPENING.length;
    const inner = findWithin(boxedRule, text, start, end) ?? announcedIn(text, { start, end });
    const mark = trimmed(text, start, end);
    const hashes = text.startsWith("####", mark.start) ? findWithin(hashRule, text, start, end) : null;
    return inner ?? hashes ?? mark;
  },
};
