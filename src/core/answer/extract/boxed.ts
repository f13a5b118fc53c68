/** `\boxed{…}` and `\fbox{…}`. */
import { announcedIn } from "./announced-in.js";
import { balancedBoxes, isPlaceholder, nextBox } from "./boxes.js";
import { joinMarks, joins, MOST_PARTS } from "./joined.js";
import { type AnswerMark, type AnswerRule, markedText } from "./rule.js";

/**
 * The contents of the last box whose braces balance, with those of the boxes before it that are joined to it by a
 * conjunction or a comma, unless it is blank. An escaped brace `\{` does not count.
 */
export const boxedRule: AnswerRule = {
  name: "boxed",
  find(text) {
    const first = nextBox(text, 0);
    if (first < 0) return null;
    const boxes = balancedBoxes(text, first).filter((box) => !isPlaceholder(text.slice(box.start, box.end)));
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
    if (parts.length > 1) return joinMarks(text, parts.reverse());
    return announcedIn(text, last) ?? withPercent(text, last);
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
