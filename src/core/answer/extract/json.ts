/**
 * The answer of a text that holds JSON: `{"reasoning": "…", "answer": "42"}`, in a block of code or not. Models write JSON that no
 * parser takes (line breaks in strings, `\frac` with one backslash), so the field is looked for, and not the object read.
 */
import type { AnswerMark } from "./rule.js";

/** Longest text that is looked at. */
const LONGEST = 100_000;
const field = /"(?:final[_ ]?)?answer"\s{0,20}:\s{0,20}/gi;
const number = /-?\d[\d.eE+-]{0,400}/y;
/** What may stand behind a value. */
const after = /\s{0,20}[,}]/y;

/** What the last field of that name in braces says, a text or a number; null where there is none. */
export function fieldIn(text: string): AnswerMark | null {
  if (text.length > LONGEST || !text.includes("}")) return null;
  const found = [...text.matchAll(field)].at(-1);
  if (found === undefined || text.lastIndexOf("{", found.index) < 0) return null;
  const end = text.lastIndexOf("}");
  const from = found.index + found[0].length;
  if (end < from) return null;
  const value = text[from] === '"' ? stringAt(text, from, end) : numberAt(text, from);
  return value === null ? null : { start: found.index, end, answer: value };
}

/** A number keeps the digits that are written. */
function numberAt(text: string, from: number): string | null {
  number.lastIndex = from;
  const digits = number.exec(text)?.[0];
  if (digits === undefined) return null;
  after.lastIndex = from + digits.length;
  return after.test(text) ? digits : null;
}

/** A string up to the quote that a comma or the end of the object follows. */
function stringAt(text: string, from: number, end: number): string | null {
  for (let at = from + 1; at < end; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') {
      after.lastIndex = at + 1;
      if (after.test(text)) return unescaped(text.slice(from + 1, at));
    }
  }
  return null;
}

/** Escapes of JSON; a command of LaTeX stays one, where its backslash is not doubled: `\frac` is no form feed. */
const unescaped = (literal: string): string =>
  literal.replace(
    /\\(?:u([0-9a-fA-F]{4})|([bfnrt])(?![a-z])|(["\\/]))/g,
    (whole, code: string | undefined, control: string | undefined, own: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return own ?? (control === undefined ? whole : " ");
    },
  );
