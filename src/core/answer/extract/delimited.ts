/** Answers after a sign: `12,0#12` of the procedural tasks, `#### 12` of GSM8K. */
import { answerAnchors } from "./anchors.js";
import { announcedIn } from "./announced-in.js";
import { boxedRule } from "./boxed.js";
import { afterAnchor } from "./phrase.js";
import { type AnswerMark, type AnswerRule, findWithin, trimmed } from "./rule.js";
import { turnToken } from "./said.js";
import { stretchesOf } from "./stretches.js";

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

/** Lines with `####` that are looked at, from the end. */
const MOST = 50;

/** `Step 2`, `2. Done`, `Case 1:`: headings of parts of a solution, in whatever language they are counted. */
const counted = /^(?:\p{L}{3,12}\s{1,2}(?:\d{1,3}|[IVX]{1,4})(?![\p{L}\d])|\d{1,3}[.)]\s{1,3}\p{L}{2})/u;

/** A word that is an answer wherever it stands. */
const verdict = /^(?:yes|no|true|false|ja|nein|oui|non|sí|sim|não|是|否|да|нет)[.!。]?$/iu;

/**
 * What follows `####` on its line, or where that is blank on the next; or, where the text ends so, what follows a `#` inside
 * its last line without a blank. Of a sentence there, its choice or what a phrase in it announces. A heading is no answer:
 * words that more text follows, or that count the parts of a solution; words at the end of the text are one where nothing
 * else is marked. A `C#`, at the end of a sentence too, and a `#` alone mark nothing.
 */
export const hashRule: AnswerRule = {
  name: "hash",
  find(text) {
    if (text.includes("####")) return afterHashes(text);
    const end = text.trimEnd().length;
    const at = text.lastIndexOf("#", end - 1);
    const inLine = at >= 0 && text[at - 1] !== "\n" && text[at - 1] !== "#" && at + 1 < end;
    const said = text.slice(at + 1, end);
    return inLine && !/\s/.test(said) && COMPARABLE.test(said) ? { start: at + 1, end } : null;
  },
};

function afterHashes(text: string): AnswerMark | null {
  let words: AnswerMark | null = null;
  /** Four hashes with nothing behind them at the end: the answer is missing. */
  let blank: AnswerMark | null = null;
  let at = text.lastIndexOf("####");
  for (let seen = 0; at >= 0 && seen < MOST; seen++) {
    let from = at;
    while (text[from - 1] === "#") from--;
    const mark = lineAfter(text, at + 4);
    const said = text.slice(mark.start, mark.end);
    if (from === at && text.slice(at + 4).trim() === "") blank = { ...mark, at };
    if (said !== "" && !counted.test(said)) {
      const inner = findWithin(boxedRule, text, mark.start, mark.end) ?? announcedIn(text, mark);
      if (inner !== null) return { ...inner, at: from };
      const { prose, leading } = stretchesOf(said);
      if (!prose || leading || verdict.test(said)) return { ...mark, at: from };
      if (text.slice(mark.end).trim() === "" && afterAnchor(text, 0, answerAnchors) === null)
        words ??= { ...mark, at: from };
    }
    at = from === 0 ? -1 : text.lastIndexOf("####", from - 1);
  }
  return words ?? blank;
}

/** What a line says behind its hashes, without those that close it; of a blank one, the next line. */
function lineAfter(text: string, start: number): AnswerMark {
  const lineEnd = (from: number): number => {
    const end = text.indexOf("\n", from);
    return end < 0 ? text.length : end;
  };
  const own = opened(text, start, lineEnd(start));
  if (own.end > own.start || text[start - 5] === "#" || text[start] === "#") return own;
  const next = start + (text.length - start - text.slice(start).trimStart().length);
  return next === text.length ? own : opened(text, next, lineEnd(next));
}

function opened(text: string, start: number, end: number): AnswerMark {
  turnToken.lastIndex = start;
  let to = end;
  for (let i = start; i < end; i++) {
    turnToken.lastIndex = i;
    if ((text[i] === "<" || text[i] === "[") && turnToken.test(text)) to = Math.min(to, i);
  }
  while (to > start && (text[to - 1] === "#" || text[to - 1] === " ")) to--;
  return trimmed(text, start, to);
}
