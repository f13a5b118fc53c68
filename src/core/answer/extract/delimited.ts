/** Answers after a sign: `12,0#12` of the procedural tasks, `#### 12` of GSM8K. */
import { type AnswerRule, trimmed } from "./rule.js";

/** Everything after the last delimiter: the form of the procedural tasks. */
export function delimitedRule(delimiter: string): AnswerRule {
  return {
    name: "delimited",
    find(text) {
      const at = text.lastIndexOf(delimiter);
      return at < 0 ? null : { start: at + delimiter.length, end: text.length };
    },
  };
}

/** A `#` before punctuation alone is a part of the text. */
const COMPARABLE = /[\p{L}\p{N}∞∅]/u;

/**
 * What follows `####` on its line; or, where the text ends so, what follows a `#` inside its last line without a blank.
 * A heading of Markdown, a `C#`, at the end of a sentence too, and a `#` alone mark nothing.
 */
export const hashRule: AnswerRule = {
  name: "hash",
  find(text) {
    const four = text.lastIndexOf("####");
    if (four >= 0) {
      const lineEnd = text.indexOf("\n", four);
      return trimmed(text, four + 4, lineEnd < 0 ? text.length : lineEnd);
    }
    const end = text.trimEnd().length;
    const at = text.lastIndexOf("#", end - 1);
    const inLine = at >= 0 && text[at - 1] !== "\n" && text[at - 1] !== "#" && at + 1 < end;
    const said = text.slice(at + 1, end);
    return inLine && !/\s/.test(said) && COMPARABLE.test(said) ? { start: at + 1, end } : null;
  },
};
