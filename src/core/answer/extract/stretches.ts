/** Prose and expressions apart: `there are $3$ or 4 apples` has one stretch of expression, `$3$ or 4`. */
import { type AnswerMark, trimmed } from "./rule.js";
import { formulaEnd } from "./sentence.js";
import { isWord, joining } from "./words.js";

const letters = /\p{Script=Latin}[\p{Script=Latin}\p{M}\p{N}'’_]*|[\p{L}\p{M}]+/uy;
const number = /\d[\d.,:]*/y;
const command = /\\[a-zA-Z]+|\\./y;
/** Words set as text inside a formula that has lost its dollars. */
const textCommand = /\\(?:text|mathrm|mbox|textbf|textnormal|operatorname)\s?\{[^{}]{0,200}\}/y;

const boxCommand = /^\\f?box(?:ed)?$/;

export interface Stretches {
  /** Stretches that hold a digit or a formula, in order. */
  readonly solid: readonly AnswerMark[];
  /** Whether a word stands outside of them. */
  readonly words: boolean;
  /** Whether a word of several letters does: single ones may be variables. */
  readonly prose: boolean;
  /** Whether the text begins with a stretch. */
  readonly leading: boolean;
  /** The first word after the first stretch, in lower case. */
  readonly next: string | undefined;
}

/** Divides the text; time is linear for what `sentenceEnd` gives. */
export function stretchesOf(text: string): Stretches {
  const solid: AnswerMark[] = [];
  let words = false;
  let prose = false;
  let leading = false;
  let next: string | undefined;
  let start = 0;
  let hard = false;
  const close = (end: number): void => {
    if (hard) {
      solid.push(tidied(text, start, end));
      if (!words) leading = true;
    }
    hard = false;
  };
  for (let i = 0; i < text.length; ) {
    const { end, kind } = tokenAt(text, i);
    if (kind === "word") {
      close(i);
      words = true;
      prose ||= end > i + 1 || !/\p{Script=Latin}|\p{Script=Greek}/u.test(text[i]!);
      if (solid.length > 0) next ??= text.slice(i, end).toLowerCase();
      start = end;
    } else if (kind === "hard") hard = true;
    i = end;
  }
  close(text.length);
  return { solid: solid.filter(({ start: from, end }) => end > from), words, prose, leading, next };
}

type Kind = "hard" | "soft" | "word";

function tokenAt(text: string, at: number): { end: number; kind: Kind } {
  const formula = formulaEnd(text, at);
  if (formula > at) return { end: formula, kind: formula > at + 2 ? "hard" : "soft" };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const set = match(textCommand) ?? match(command);
  if (set !== undefined)
    return { end: at + set.length, kind: set.length > 2 && !boxCommand.test(set) ? "hard" : "soft" };
  const digits = match(number);
  if (digits !== undefined) return { end: at + digits.length, kind: "hard" };
  const word = match(letters);
  if (word === undefined) return { end: at + 1, kind: "soft" };
  return { end: at + word.length, kind: isWord(text, at, word) ? "word" : "soft" };
}

/** Without blanks, punctuation, lone brackets, conjunctions and markup at the ends. */
export function tidied(text: string, from: number, to: number): AnswerMark {
  let { start, end } = trimmed(text, from, to);
  for (;;) {
    const part = text.slice(start, end);
    const head = /^(?:[\s:;,=*"'“”«»`)}】]|\.(?!\d))/.exec(part);
    const tail = /(?<!\d\.\.)[\s.,:;*"'“”«»`([{/<【]$/.exec(part);
    if (/^[[\]].{1,60}[,;].{1,60}\[$/s.test(part)) return { start, end };
    if (head !== null) start++;
    else if (tail !== null) end--;
    else if (part.startsWith("(") && !/[)\]]/.test(part)) start++;
    else if (part.endsWith(")") && !/[([]/.test(part)) end--;
    else if (part.endsWith("}") && opens(part) < 0) end--;
    else {
      const joined = conjunctionAt(part);
      if (joined === null) return { start, end };
      start += joined.head;
      end -= joined.tail;
    }
  }
}

/** How many more braces open than close. */
function opens(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92 /* \ */) i++;
    else if (code === 123 /* { */) depth++;
    else if (code === 125 /* } */) depth--;
  }
  return depth;
}

/** Letters of a conjunction at either end. */
function conjunctionAt(part: string): { head: number; tail: number } | null {
  const head = /^\p{L}+(?=\s)/u.exec(part)?.[0] ?? "";
  const tail = /[\s(](\p{L}{1,12})$/u.exec(part)?.[1] ?? "";
  // A Latin letter alone is a variable: `x \cdot y`.
  const joins = (word: string): number => (joining.has(word) && !/^[a-z]$/.test(word) ? word.length : 0);
  const found = { head: joins(head), tail: joins(tail) };
  return found.head + found.tail > 0 ? found : null;
}
