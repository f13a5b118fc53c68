/** `\boxed{…}` and `\fbox{…}`. */
import { joinMarks, joins, MOST_PARTS } from "./joined.js";
import { type AnswerMark, type AnswerRule, markedText } from "./rule.js";

const opening = /\\(?:boxed|fbox)\s{0,4}\{/y;
/** TeX takes one token for an argument without braces; a number is meant as a whole. */
const bare = /\\(?:boxed|fbox)\s{1,4}([^\s\\{}$]{1,40})/y;

/**
 * The contents of the last box whose braces balance, with those of the boxes before it that are joined to it by a
 * conjunction or a comma, unless it is blank. An escaped brace `\{` does not count.
 */
export const boxedRule: AnswerRule = {
  name: "boxed",
  find(text) {
    const first = nextBox(text, 0);
    if (first < 0) return null;
    const boxes = balancedBoxes(text, first);
    const last = boxes.at(-1);
    if (last === undefined) return null;
    const isBlank = (box: AnswerMark) => markedText(text, box) === "";
    if (isBlank(last)) return last;
    const parts = [last];
    for (let i = boxes.length - 2; i >= 0 && parts.length < MOST_PARTS; i--) {
      const box = boxes[i]!;
      const to = text.lastIndexOf("\\", parts.at(-1)!.start - 1);
      if (isBlank(box) || box.end >= to || !joins(text, box.end + 1, to)) break;
      parts.push(box);
    }
    return parts.length > 1 ? joinMarks(text, parts.reverse()) : withPercent(text, last);
  },
};

/** A percent sign or word right behind a box: `$\boxed{20}$ percent` says 20%. */
const percent = /\}\s{0,2}\$?\s{0,2}(?:\\?%|percent(?!\p{L}))/uy;

function withPercent(text: string, box: AnswerMark): AnswerMark {
  percent.lastIndex = box.end;
  const inside = text.slice(box.start, box.end);
  if (inside.includes("%") || !percent.test(text)) return box;
  return { ...box, answer: `${inside.trim()}\\%` };
}

const open = /^\s{0,4}\$?\\{1,2}(?:boxed|fbox)\s{0,4}\{/;

/** An answer alone in a box that is never closed. A solution that breaks off inside its box has none. */
export const openBoxRule: AnswerRule = {
  name: "open-box",
  find(text) {
    const [opened] = open.exec(text) ?? [];
    return opened === undefined || boxedRule.find(text) ? null : { start: opened.length, end: text.length };
  },
};

/** Where the last box begins, balanced or not; -1 where there is none. */
export function lastBox(text: string): number {
  const last = (name: string): number => (text.includes(name) ? text.lastIndexOf(name) : -1);
  return Math.max(last("\\boxed"), last("\\fbox"));
}

function nextBox(text: string, from: number): number {
  const [boxed, fbox] = [text.indexOf("\\boxed", from), text.indexOf("\\fbox", from)];
  return boxed < 0 || fbox < 0 ? Math.max(boxed, fbox) : Math.min(boxed, fbox);
}

/** The contents of every balanced box in the order in which they begin, in one pass. */
function balancedBoxes(text: string, from: number): AnswerMark[] {
  const boxes: AnswerMark[] = [];
  /** Of each open brace: where a box's contents begin, or -1. */
  const open: number[] = [];
  for (let i = from; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 92 /* \ */) {
      opening.lastIndex = i;
      if (opening.test(text)) {
        open.push(opening.lastIndex);
        i = opening.lastIndex - 1;
        continue;
      }
      bare.lastIndex = i;
      const [, argument] = bare.exec(text) ?? [];
      if (argument !== undefined) {
        boxes.push({ start: bare.lastIndex - argument.length, end: bare.lastIndex });
        i = bare.lastIndex - 1;
        // Of two backslashes the second may begin a box: text that went through JSON twice.
      } else if (text.charCodeAt(i + 1) !== 92) i++;
    } else if (character === 123 /* { */) open.push(-1);
    else if (character === 125 /* } */) {
      const start = open.pop() ?? -1;
      if (start >= 0) boxes.push({ start, end: i });
    }
  }
  return boxes.sort((a, b) => a.start - b.start);
}
