/** Prose and expressions apart: `there are $3$ or 4 apples` has one stretch of expression, `$3$ or 4`. */
import { conjunctions } from "./joined.js";
import { type AnswerMark, trimmed } from "./rule.js";
import { formulaEnd } from "./sentence.js";

/** Names of functions and constants, which are no words of a sentence. */
const mathWords = new Set(
  (
    "sqrt cbrt root sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp pi max min mod gcd lcm " +
    "inf infty infinity oo floor ceil abs det union cup cap in"
  ).split(" "),
);
const joining = new Set(conjunctions);
/** Words that open a reason for an answer, which is no part of it. */
const reasons = new Set(
  "because since as which where so by from weil da denn wobei car parce où puisque porque pues donde pois onde perché poiché dove".split(
    " ",
  ),
);
const operators = "+-−*/=<>≤≥≠^_|()±√";

const letters = /\p{Script=Latin}[\p{Script=Latin}\p{M}\p{N}'’_]*|[\p{L}\p{M}]+/uy;
const number = /\d[\d.,:]*/y;
const command = /\\[a-zA-Z]+|\\./y;
/** Words set as text inside a formula that has lost its dollars. */
const textCommand = /\\(?:text|mathrm|mbox|textbf|textnormal|operatorname)\s?\{[^{}]{0,200}\}/y;

export interface Stretches {
  /** Stretches that hold a digit or a formula, in order. */
  readonly solid: readonly AnswerMark[];
  /** Whether a word stands outside of them. */
  readonly words: boolean;
  /** Whether the text begins with a stretch. */
  readonly leading: boolean;
  /** The first word after the first stretch, in lower case. */
  readonly next: string | undefined;
}

/** Divides the text; time is linear for what `sentenceEnd` gives. */
export function stretchesOf(text: string): Stretches {
  const solid: AnswerMark[] = [];
  let words = false;
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
      if (solid.length > 0) next ??= text.slice(i, end).toLowerCase();
      start = end;
    } else if (kind === "hard") hard = true;
    i = end;
  }
  close(text.length);
  return { solid: solid.filter(({ start: from, end }) => end > from), words, leading, next };
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
  if (set !== undefined) return { end: at + set.length, kind: set.length > 2 ? "hard" : "soft" };
  const digits = match(number);
  if (digits !== undefined) return { end: at + digits.length, kind: "hard" };
  const word = match(letters);
  if (word === undefined) return { end: at + 1, kind: "soft" };
  return { end: at + word.length, kind: isWord(text, at, word) ? "word" : "soft" };
}

/** Whether letters are a word of a sentence and no variable, function or conjunction. */
function isWord(text: string, at: number, word: string): boolean {
  const lower = word.toLowerCase();
  if (mathWords.has(lower) || joining.has(word)) return false;
  if (!/^\p{Script=Latin}$|^\p{Script=Greek}$/u.test(word[0]!)) return true;
  if (/\p{L}\p{M}*\p{L}/u.test(word)) return true;
  if (word.length > 1) return false;
  const before =
    text
      .slice(Math.max(0, at - 4), at)
      .trimEnd()
      .at(-1) ?? "";
  const after = text.slice(at + 1, at + 5).trimStart()[0] ?? "";
  const glued = /\d/.test(text[at - 1] ?? "");
  return (
    !glued && !(before !== "" && operators.includes(before)) && !(after !== "" && operators.includes(after))
  );
}

/** Without blanks, punctuation, lone brackets, conjunctions and markup at the ends. */
function tidied(text: string, from: number, to: number): AnswerMark {
  let { start, end } = trimmed(text, from, to);
  for (;;) {
    const part = text.slice(start, end);
    const head = /^(?:[\s:;,=*"'“”«»`)}]|\.(?!\d))/.exec(part);
    const tail = /[\s.,:;*"'“”«»`([{]$/.exec(part);
    if (head !== null) start++;
    else if (tail !== null) end--;
    else if (part.startsWith("(") && !/[)\]]/.test(part)) start++;
    else if (part.endsWith(")") && !/[([]/.test(part)) end--;
    else {
      const joined = conjunctionAt(part);
      if (joined === null) return { start, end };
      start += joined.head;
      end -= joined.tail;
    }
  }
}

/** Letters of a conjunction at either end. */
function conjunctionAt(part: string): { head: number; tail: number } | null {
  const head = /^\p{L}+(?=\s)/u.exec(part)?.[0] ?? "";
  const tail = /\s(\p{L}{1,12})$/u.exec(part)?.[1] ?? "";
  const found = { head: joining.has(head) ? head.length : 0, tail: joining.has(tail) ? tail.length : 0 };
  return found.head + found.tail > 0 ? found : null;
}

/**
 * What a short text says that is, or ends in, an answer: all of it where it has no words or no expression; the one
 * expression among its words; all of it again where it begins with one of several (`10 ft x 18 ft`), unless what follows is
 * the reason. Null where its words lead up to several and `last` does not say to take the last.
 */
export function expressionIn(text: string, last: boolean): AnswerMark | null {
  const whole = tidied(text, 0, text.length);
  const { solid, words, leading, next } = stretchesOf(text);
  if (leading && next !== undefined && reasons.has(next)) return solid[0]!;
  if (!words || solid.length === 0 || (leading && solid.length > 1)) return whole;
  return solid.length === 1 || last ? solid.at(-1)! : null;
}
