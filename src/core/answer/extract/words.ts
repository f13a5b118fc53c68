/** Words of a sentence, and letters that are none: variables, functions, units in an expression. */
import { shortWords, units } from "../canonical/latex/names.js";
import { conjunctions } from "./joined.js";

/** Names of functions and constants, which are no words of a sentence. */
const mathWords = new Set(
  (
    "sqrt cbrt root sin cos tan cot sec csc arcsin arccos arctan asin acos atan sinh cosh tanh log ln lg exp pi max min mod " +
    "gcd lcm inf infty infinity oo floor ceil abs det union cup cap alpha beta gamma delta theta lambda sigma omega phi"
  ).split(" "),
);
export const joining: ReadonlySet<string> = new Set(conjunctions);
const shouted = new Set(["NO", "YES", "NOT", "OK", "DNE", "THE", "IS", "ARE", "AND", "OR", "TRUE", "SO"]);
const operators = "+-−*/=<>≤≥≠^_|()±√";
const separators = `${operators},;[]{}`;
/** What `x in` goes on with where it is a set: `in` behind a number is a word, `36 in total`. */
const ofSet = /^\s?(?:[([{\\]|[RZNQC](?![a-zA-Z]))/;
const plural = /^\((?:e?s|en|n)\)/;
const ordinal = /^(?:st|nd|rd|th|am|pm)$/i;
const degrees = /^(?:deg|degrees?|radians?|rad)$/i;

/** Whether letters are a word of a sentence and no variable, function or conjunction. */
export function isWord(text: string, at: number, word: string): boolean {
  const lower = word.toLowerCase();
  if (mathWords.has(lower.replace(/\d{1,2}$/, "")) || joining.has(word)) return false;
  if (!/^\p{Script=Latin}$|^\p{Script=Greek}$/u.test(word[0]!)) return true;
  const end = at + word.length;
  if (isFunction(text, at, word, end)) return false;
  if (
    lower === "in" &&
    ofSet.test(text.slice(end, end + 4)) &&
    /[a-z]\s?$/i.test(text.slice(Math.max(0, at - 2), at))
  )
    return false;
  // Segments, angles and triangles.
  if (/^[A-Z]{2,4}$/.test(word)) return shouted.has(word);
  if (/\p{L}\p{M}*\p{L}/u.test(word)) return !isProduct(text, at, word, end);
  if (word.length > 1) return false;
  const before = lastOf(text, at);
  const after = firstOf(text, end);
  const glued = /\d/.test(text[at - 1] ?? "");
  if (glued || (before !== "" && operators.includes(before)) || (after !== "" && operators.includes(after)))
    return false;
  // `(a, b, c)`, and no `a, b` in a sentence.
  return before === "" || after === "" || !separators.includes(before) || !separators.includes(after);
}

const lastOf = (text: string, at: number): string =>
  text
    .slice(Math.max(0, at - 4), at)
    .trimEnd()
    .at(-1) ?? "";
const firstOf = (text: string, end: number): string => text.slice(end, end + 4).trimStart()[0] ?? "";

/** `sqr(9)` and `log_2(5)`: the name of a function or an index, and no `apple(s)`. */
function isFunction(text: string, at: number, word: string, end: number): boolean {
  if (/^\p{L}{1,6}_/u.test(word)) return true;
  const inside = text.slice(end, end + 24);
  return (
    word.length > 1 &&
    !/\p{L}/u.test(text[at - 1] ?? "") &&
    /^\([^()]{0,20}[\d()]/.test(inside) &&
    !plural.test(inside)
  );
}

/** `3 + xy`, `(2, uv)`, `2xy`: up to three letters between signs of an expression are variables. */
function isProduct(text: string, at: number, word: string, end: number): boolean {
  const [before, after] = [lastOf(text, at), firstOf(text, end)];
  if (degrees.test(word)) return after === ")" && /\d\s?$/.test(text.slice(Math.max(0, at - 2), at));
  if (!/^[A-Za-z]{2,3}$/.test(word) || shortWords.has(word.toLowerCase()) || ordinal.test(word)) return false;
  if (/\d/.test(text[at - 1] ?? "")) return !units.has(word) && !/\p{L}/u.test(after);
  const closes = after === "" || ".,;".includes(after) || operators.includes(after) || "]})".includes(after);
  if (before !== "" && "+-−*/^=".includes(before)) return closes && !units.has(word);
  return (
    (before === "," && ")]}".includes(after) && after !== "") ||
    (before !== "" && "([{".includes(before) && after === ",")
  );
}
