/** Where boxes stand: `\boxed{…}` and `\fbox{…}`, in one pass. */
import type { AnswerMark } from "./rule.js";

const opening = /\\(?:boxed|fbox)\s{0,4}\{/y;
/** TeX takes one token for an argument without braces; a number is meant as a whole. */
const bare = /\\(?:boxed|fbox)\s{1,4}([^\s\\{}$]{1,40})/y;
/** `\boxed notation`: a word of prose is none. */
const prose = /^[\p{L}\p{M}'’-]{2,40}[.,;:!?)\]"'”*]{0,5}$/u;
/** `\boxed{answer}`, `\boxed{...}`: what a prompt or a plan says of the box. */
const placeholder =
  /^(?:\\text\s?\{)?\s{0,2}[[<(]?(?:(?:your|the|my|insert|put)\s)?(?:(?:final|correct|numeric|numerical)\s)?(?:answer|result|solution|letter|value|number|antwort|ergebnis|réponse|respuesta|resposta|risposta|答案|答え|답|ответ)(?:\s(?:here|hier|ici|aquí))?[\])>]?\s{0,2}\}?$|^(?:\.{2,4}|…|\\[lc]?dots|_{2,20}|\\_{1,9}|\?{1,4}|\\(?:quad|square))$/iu;

export const isPlaceholder = (content: string): boolean =>
  content.length <= 60 && placeholder.test(content.trim());

/** Where the last box ends that holds something, or begins that is never closed; -1 where there is none. */
export function lastBox(text: string): number {
  const first = nextBox(text, 0);
  if (first < 0) return -1;
  const boxes = balancedBoxes(text, first);
  const full = boxes.filter((box) => !isPlaceholder(text.slice(box.start, box.end)));
  const last = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
  opening.lastIndex = last;
  const open = opening.test(text) && !boxes.some((box) => box.start === opening.lastIndex);
  return full.reduce((end, box) => Math.max(end, box.end), open ? last : -1);
}

export function nextBox(text: string, from: number): number {
  const [boxed, fbox] = [text.indexOf("\\boxed", from), text.indexOf("\\fbox", from)];
  return boxed < 0 || fbox < 0 ? Math.max(boxed, fbox) : Math.min(boxed, fbox);
}

/** The contents of every balanced box in the order in which they begin, in one pass. */
export function balancedBoxes(text: string, from: number): AnswerMark[] {
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
      if (argument !== undefined && !prose.test(argument)) {
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
