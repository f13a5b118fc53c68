/** Prose and expressions apart: `there are $3$ or 4 apples` has one stretch of expression, `$3$ or 4`. */
import { literalKey } from "../canonical/literals.js";
import { conjunctions } from "./joined.js";
import { type AnswerMark, trimmed } from "./rule.js";
import { formulaEnd } from "./sentence.js";

/** Names of functions and constants, which are no words of a sentence. */
const mathWords = new Set(
  (
    "sqrt cbrt root sin cos tan cot sec csc arcsin arccos arctan asin acos atan sinh cosh tanh log ln lg exp pi max min mod " +
    "gcd lcm inf infty infinity oo floor ceil abs det union cup cap in alpha beta gamma delta theta lambda sigma omega phi"
  ).split(" "),
);
const joining = new Set(conjunctions);
/** Words that open a reason for an answer, which is no part of it. */
const reasons = new Set(
  "because since as which where so by from weil da denn wobei car parce où puisque porque pues donde pois onde perché poiché dove".split(
    " ",
  ),
);
/** Words right before a number that make something else of it. */
const bounding = new Set(
  (
    "not never least most than under over below above except between nicht kein keine mindestens höchstens pas moins plus " +
    "que no non não menos más niet inte ikke nie nem değil не нет менее более không bukan"
  ).split(" "),
);
/** Words that say of two numbers before them how large a thing is. */
const shapes = new Set(["matrix", "matrices", "grid", "board", "rectangle", "rectangular"]);
const shouted = new Set(["NO", "YES", "NOT", "OK", "DNE", "THE", "IS", "ARE", "AND", "OR", "TRUE", "SO"]);
const operators = "+-−*/=<>≤≥≠^_|()±√";
const separators = `${operators},;[]{}`;

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
  /** Whether a word of several letters does: single ones may be variables. */
  readonly prose: boolean;
  /** Whether the text begins with a stretch. */
  readonly leading: boolean;
  /** The last word before the first stretch, in lower case. */
  readonly previous: string | undefined;
  /** The first word after the first stretch, in lower case. */
  readonly next: string | undefined;
}

/** Divides the text; time is linear for what `sentenceEnd` gives. */
export function stretchesOf(text: string): Stretches {
  const solid: AnswerMark[] = [];
  let words = false;
  let prose = false;
  let previous: string | undefined;
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
      if (solid.length === 0) previous = text.slice(i, end).toLowerCase();
      if (solid.length > 0) next ??= text.slice(i, end).toLowerCase();
      start = end;
    } else if (kind === "hard") hard = true;
    i = end;
  }
  close(text.length);
  return { solid: solid.filter(({ start: from, end }) => end > from), words, prose, leading, previous, next };
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
  if (mathWords.has(lower.replace(/\d{1,2}$/, "")) || joining.has(word)) return false;
  if (!/^\p{Script=Latin}$|^\p{Script=Greek}$/u.test(word[0]!)) return true;
  // Segments, angles and triangles.
  if (/^[A-Z]{2,4}$/.test(word)) return shouted.has(word);
  if (/\p{L}\p{M}*\p{L}/u.test(word)) return true;
  if (word.length > 1) return false;
  const before =
    text
      .slice(Math.max(0, at - 4), at)
      .trimEnd()
      .at(-1) ?? "";
  const after = text.slice(at + 1, at + 5).trimStart()[0] ?? "";
  const glued = /\d/.test(text[at - 1] ?? "");
  if (glued || (before !== "" && operators.includes(before)) || (after !== "" && operators.includes(after)))
    return false;
  // `(a, b, c)`, and no `a, b` in a sentence.
  return before === "" || after === "" || !separators.includes(before) || !separators.includes(after);
}

/** Without blanks, punctuation, lone brackets, conjunctions and markup at the ends. */
function tidied(text: string, from: number, to: number): AnswerMark {
  let { start, end } = trimmed(text, from, to);
  for (;;) {
    const part = text.slice(start, end);
    const head = /^(?:[\s:;,=*"'“”«»`)}]|\.(?!\d))/.exec(part);
    const tail = /(?<!\d\.\.)[\s.,:;*"'“”«»`([{]$/.exec(part);
    if (/^[[\]].{1,60}[,;].{1,60}\[$/s.test(part)) return { start, end };
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
  // A Latin letter alone is a variable: `x \cdot y`.
  const joins = (word: string): number => (joining.has(word) && !/^[a-z]$/.test(word) ? word.length : 0);
  const found = { head: joins(head), tail: joins(tail) };
  return found.head + found.tail > 0 ? found : null;
}

/** `25 percent` is no 25. */
function withPercent(text: string, { start, end }: AnswerMark): AnswerMark {
  const word = /^\s?(?:percent|per\scent)(?!\p{L})/u.exec(text.slice(end, end + 12))?.[0] ?? "";
  return { start, end: end + word.length };
}

/**
 * What a short text says that is, or ends in, an answer: all of it where it has no words or no expression; the one
 * expression among its words; all of it again where it begins with one of several (`10 ft x 18 ft`), unless what follows is
 * the reason. Null where its words lead up to several and `last` does not say to take the last.
 */
export function expressionIn(text: string, last: boolean): AnswerMark | null {
  const whole = tidied(text, 0, text.length);
  if (literalKey(text.slice(whole.start, whole.end)) !== null) return whole;
  const { solid, words, prose, leading, previous, next } = stretchesOf(text);
  // A formula without dollars: `\\arcsin x`. What a letter and a colon announce is said by a person: `A: 12`.
  if (words && !prose && !/^[\s"'(*]{0,4}\p{L}\s?[:：]/u.test(text)) return whole;
  // `at least 3` and `not 3` say no number.
  if (previous !== undefined && bounding.has(previous)) return whole;
  if (leading && next !== undefined && shapes.has(next)) return whole;
  if (leading && next !== undefined && reasons.has(next)) return solid[0]!;
  if (!words || solid.length === 0 || (leading && solid.length > 1)) return whole;
  return solid.length === 1 || last ? withPercent(text, solid.at(-1)!) : null;
}
