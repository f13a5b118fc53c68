/**
 * Whether a text breaks off, where nobody says why it ended. Only certain signs count: what opens and cannot be left open, and what cannot stand
 * last. A last line without a full stop is none, for models leave it out.
 */
import type { AnswerMark } from "./rule.js";

/** Where what is unfinished begins, the last such place; null where the text may have ended by itself. Time is linear. */
export function openEnd(text: string): number | null {
  const said = text.trimEnd();
  const at = Math.max(openBox(said), openDisplay(said), openInline(said), dangling(said));
  return at < 0 ? null : at;
}

/** Whether an answer is closed before the place where the text begins to break off, or stands on a line of its own behind it. */
export const isClosed = (text: string, { start, end }: AnswerMark, at: number): boolean =>
  (end <= at && closes.test(text.slice(end, at))) || (start > at && text.slice(at, start).includes("\n"));

/** What ends the sentence, or the clause, that an answer stands in. */
const closes =
  /[.!?;\n。！？；](?!\d)|[,，]\s?\p{L}{2}|\s(?:because|since|as|which|where|weil|da|car|porque|perché)(?!\p{L})/u;

/** Neither a box nor a formula goes over a blank line: what one opened before it is only misspelt. */
const inLastParagraph = (text: string, at: number): boolean => at >= 0 && !/\n[ \t]*\n/.test(text.slice(at));

/** A box whose brace is never closed, or is still to come. */
function openBox(text: string): number {
  const at = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
  if (!inLastParagraph(text, at)) return -1;
  if (/^\\(?:boxed|fbox)\s{0,4}$/.test(text.slice(at, at + 12))) return at;
  return /^\\(?:boxed|fbox)\s{0,4}\{/.test(text.slice(at, at + 12)) && braces(text, at) > 0 ? at : -1;
}

/** How many braces opened from `at` on stay open. */
function braces(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length && depth >= 0; i++) {
    const code = text.charCodeAt(i);
    if (code === 92 /* \ */) i++;
    else if (code === 123 /* { */) depth++;
    else if (code === 125 /* } */ && --depth === 0) return 0;
  }
  return depth;
}

const environment =
  /\\(begin|end)\{(?:equation|align|gather|multline|eqnarray|displaymath|math|array|cases|[pbvB]?matrix|tabular)\*?\}/g;

/** `\[`, `\(`, `$$` or an environment that is not closed. */
function openDisplay(text: string): number {
  const begins: number[] = [];
  for (const { 1: what, index } of text.matchAll(environment)) {
    if (what === "begin") begins.push(index);
    else begins.pop();
  }
  const opened = [
    lastOpen(text, "\\[", "\\]"),
    lastOpen(text, "\\(", "\\)"),
    oddDollars(text),
    begins[0] ?? -1,
  ];
  return Math.max(...opened.filter((at) => inLastParagraph(text, at)), -1);
}

/** The last `open` that no `close` follows; not the one of `\\[2pt]`, which ends a row. */
function lastOpen(text: string, open: string, close: string): number {
  let at = text.lastIndexOf(open);
  while (at > 0 && text[at - 1] === "\\") at = text.lastIndexOf(open, at - 2);
  return at > text.lastIndexOf(close) ? at : -1;
}

/** What is a formula and no price. */
const formula = /\\[a-zA-Z]{2}|[\^_=]/;

/** The last `$$`, where their number is odd and a formula follows. */
function oddDollars(text: string): number {
  const at = text.lastIndexOf("$$");
  return at >= 0 && text.split("$$").length % 2 === 0 && formula.test(text.slice(at)) ? at : -1;
}

/** Longest line whose dollars are counted. */
const LINE = 4000;
/** What only a formula holds, and no sentence that prices stand in. */
const tex = /\\[a-zA-Z]{2}|[\^_]\{/;

/** The last `$` of the last line, where their number is odd, and TeX follows that no formula before it can end in. */
function openInline(text: string): number {
  const line = text.lastIndexOf("\n") + 1;
  if (text.length - line > LINE) return -1;
  const dollars = [...text.slice(line).matchAll(/(?<![\\$])\$(?!\$)/g)].map(({ index }) => index + line);
  const at = dollars.at(-1);
  return at !== undefined && dollars.length % 2 === 1 && tex.test(text.slice(at)) ? at : -1;
}

/**
 * What something must follow: signs, a TeX command without its argument, and words. Neither `C++` nor a line of `====`; no units (`in`), letters
 * (`a`), and words that may end a sentence (`that`, `so`).
 */
const unfinished = [
  /(?<![=!<>+*~-])[=＝](?:\s?[-−+(])?$/,
  /(?<!\+)\+$|[×÷±≤≥≠≈→⇒∈]$/,
  /(?<=[\p{L}\p{N})\]}$]) [-−*/<>]$/u,
  /[,，、]$/,
  /(?<!:)[([{]$/,
  /(?<=\p{Ll}{2})-$/u,
  /\\(?:[dtc]?frac|sqrt|text|times|cdot|div|pm|leq?|geq?|neq?|approx|left|mathrm|mathbf|begin)(?:\{[^{}]{0,80})?$/,
  /\\frac\{[^{}]{0,80}\}(?:\{[^{}]{0,80})?$/,
  /(?<=[\p{L}\p{N}][\s,;:]{1,2})(?:the|an|of|and|or|is|are|with|because|which|if|than|into|its|their|where|und|oder|der|dem|ist|weil|et|ou|est|parce que|el|los|porque|il|che|и|или|если)$/u,
];
/** Characters at the end that those are looked for in. */
const TAIL = 200;

function dangling(text: string): number {
  const from = Math.max(0, text.length - TAIL);
  const tail = text.slice(from);
  const found = unfinished.flatMap((sign) => sign.exec(tail)?.index ?? []);
  return found.length > 0 ? from + Math.min(...found) : -1;
}

/**
 * Where a fence that names a language begins, if none follows; null where the text does not end within one. What stands behind a fence without a
 * language may have been opened by the prompt.
 */
export function openFence(text: string): number | null {
  const at = text.lastIndexOf("```");
  if (at < 0 || text.slice(text.lastIndexOf("\n", at) + 1, at).trim() !== "") return null;
  return /^```[ \t]?[A-Za-z][\w+-]{0,20}[ \t]{0,4}\n/.test(text.slice(at, at + 32)) ? at : null;
}
