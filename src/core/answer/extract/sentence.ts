/** Where a sentence ends that may hold formulas and decimal numbers. */

import { turnToken } from "./said.js";

/** Longest sentence that is read. */
const LONGEST = 2000;

const ends = new Set(["\n", "。", "।", "؟", "？", "．"]);

/**
 * Index after the sentence that begins at `start`, its full stop left out. A full stop inside a formula or a number
 * ends nothing, a line does, and so does the markup of a chat (`<|im_end|>`, `</answer>`).
 */
export function sentenceEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST);
  const part = text.slice(start, limit);
  for (let i = 0; i < part.length; i++) {
    const after = formulaEnd(part, i);
    if (after > i) {
      i = after - 1;
      continue;
    }
    const character = part[i]!;
    if (ends.has(character)) return start + i;
    if (character === "<" || character === "[") {
      turnToken.lastIndex = i;
      if (/^<[|/][a-z]/.test(part.slice(i, i + 3)) || turnToken.test(part)) return start + i;
    }
    if ((character === "." || character === "?") && closes(part, i)) return start + i;
  }
  return limit;
}

/** Whether a full stop is one: followed by blank, quote, bracket, markup, a capital, or nothing. */
function closes(text: string, at: number): boolean {
  const next = text[at + 1];
  return next === undefined || /[\s"'”’»*_)\]<$\p{Lu}\p{Lo}]/u.test(next);
}

const environment = /\\begin\{([a-zA-Z]{1,16}\*?)\}/y;
const closers: Readonly<Record<string, string>> = { "\\(": "\\)", "\\[": "\\]", $$: "$$" };

/** Index after the formula that opens at `at`, or `at` itself where none does, or it is not closed. */
export function formulaEnd(text: string, at: number): number {
  const character = text[at];
  if (character === "$" && text[at + 1] !== "$") return inlineEnd(text, at);
  if (character !== "\\" && character !== "$") return at;
  const two = text.slice(at, at + 2);
  if (two === "\\$") return at + 2;
  environment.lastIndex = at;
  const name = environment.exec(text)?.[1];
  const closer = name === undefined ? closers[two] : `\\end{${name}}`;
  if (closer === undefined) return at;
  const end = text.indexOf(closer, at + 2);
  return end < 0 ? at : end + closer.length;
}

/** `$…$` within a line. A second `$` that a digit follows is money: `$5 and $3`. */
function inlineEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "$") return i > at + 1 && !/\d/.test(text[i + 1] ?? "") ? i + 1 : at;
  }
  return at;
}
