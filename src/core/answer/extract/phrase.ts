/** Answers that a phrase announces: `the answer is 12`, `Antwort: 12`, `答案是12`. */
import { type Anchor, answerAnchors, conclusions, finalAnchors } from "./anchors.js";
import { lastBox } from "./boxes.js";
import { asSaid, expressionIn } from "./expression-in.js";
import { joinMarks, MOST_PARTS } from "./joined.js";
import type { AnswerMark, AnswerRule } from "./rule.js";
import { sentenceEnd } from "./sentence.js";
import { stretchesOf } from "./stretches.js";
import { denies } from "./verdict.js";
import { yesOrNo } from "./yes-or-no.js";

/** Occurrences of a stem that are looked at, from the end: what lies further back announces no final answer. */
const MOST = 200;

/** Characters at the end of a text in which phrases are looked for. */
const NEAR = 20_000;

/** The last phrase that announces an answer. */
export const phraseRule: AnswerRule = {
  name: "phrase",
  find(text) {
    const start = afterAnchor(text, 0, answerAnchors);
    const label = afterLabel(text);
    const from = label === null || (start !== null && start >= label) ? start : label;
    return from === null ? null : saidAt(text, from);
  },
};

/** `A: 23` as the last line of a solution, which lists no options. */
function afterLabel(text: string): number | null {
  const end = text.trimEnd().length;
  const line = text.lastIndexOf("\n", end - 1) + 1;
  const found = label.exec(text.slice(line, Math.min(end, line + 24)))?.[0];
  if (
    found === undefined ||
    line === 0 ||
    denies(text.slice(line, Math.min(end, line + 200))) ||
    /(?:^|\n)\s{0,4}[(*]{0,3}B[.:)]/.test(text.slice(-NEAR))
  )
    return null;
  return line + found.length;
}

/** The last phrase that announces a final answer, unless a box follows it: whatever stands last is meant. */
export const finalRule: AnswerRule = {
  name: "final",
  find(text) {
    const from = Math.max(0, lastBox(text));
    return announced(text, from, finalAnchors);
  },
};

/** The one expression of the last conclusion (`therefore there are 12 ways`), where no other follows it. */
export const conclusionRule: AnswerRule = {
  name: "conclusion",
  find(text) {
    const from = Math.max(0, text.length - NEAR);
    const lower = lowered(text.slice(from));
    let opening = -1;
    for (const word of conclusions) opening = Math.max(opening, lastOpening(lower, word, opening));
    if (opening < 0) return null;
    const start = from + opening;
    const end = sentenceEnd(text, start);
    const { solid } = stretchesOf(text.slice(start, end));
    if (solid.length !== 1 || /\d|\$|\\[([]/.test(text.slice(end))) return null;
    const said = asSaid(text.slice(start, end), solid[0]!);
    return said && offset(said, start);
  },
};

const label = /^\s{0,4}[*_]{0,2}(?:A|Ans)[*_]{0,2}[.:：]{1,2}[*_]{0,2}\s{0,4}(?=\S)/;

/** Blanks and markup between a phrase and the answer. */
const lead = /[\s*_:：>`}]{0,40}/y;
const blanks = /[\s*_:：`]{0,40}/y;
/** `} > ]` to the end of the line, where a `>` or a `}` is no markup. */
function bracketsAlone(text: string, from: number): boolean {
  const rest = text.slice(from, from + 200).trimStart();
  const line = /^[^\n]*/
    .exec(rest)![0]
    .trim()
    .replace(/[.。]$/, "");
  return /[>}]/.test(line) && /^[\s()[\]{}<>]+$/.test(line);
}

/** The mark of a list before an item on a line of its own. */
const item = /(?:[-+•–]|\d{1,2}[.)]|\([a-z]\)|[a-z]\))[ \t]{1,4}(?=\S)/y;

/** What the last of the phrases that begin after `from` announces. */
function announced(text: string, from: number, anchors: readonly Anchor[]): AnswerMark | null {
  const start = afterAnchor(text, from, anchors);
  if (start === null) return null;
  return saidAt(text, start);
}

/** The answer of the sentence that begins at `start`; of a list there, of all of its items. */
function saidAt(text: string, start: number): AnswerMark {
  const from = afterItem(text, start);
  const end = sentenceEnd(text, from);
  const decided = yesOrNo(text.slice(from, end));
  if (decided !== null) return { ...offset(decided, from), at: start };
  const said = { ...offset(expressionIn(text.slice(from, end), true)!, from), at: start };
  const next = from === start ? null : nextItem(text, end);
  if (next === null) return said;
  const parts = [said];
  for (let at: number | null = next; at !== null && parts.length < MOST_PARTS; ) {
    const to = sentenceEnd(text, at);
    parts.push({ ...offset(expressionIn(text.slice(at, to), true)!, at), at: start });
    at = nextItem(text, to);
  }
  return { ...joinMarks(text, parts), at: start };
}

/** Behind the mark of a list where a line begins with one: `- 12` under a heading is no −12. */
function afterItem(text: string, start: number): number {
  const line = text.slice(Math.max(0, start - 12), start);
  item.lastIndex = start;
  return /\n[\s*_>`]{0,11}$/.test(line) && item.test(text) ? item.lastIndex : start;
}

function nextItem(text: string, end: number): number | null {
  if (text[end] !== "\n") return null;
  const blank = /^\n[ \t]{0,8}/.exec(text.slice(end, end + 12))![0].length;
  item.lastIndex = end + blank;
  return item.test(text) ? item.lastIndex : null;
}

const offset = (mark: AnswerMark, by: number): AnswerMark => ({
  ...mark,
  start: mark.start + by,
  end: mark.end + by,
});

/** Where the text goes on after the last of the phrases that begin after `begin`; null where there is none. */
export function afterAnchor(text: string, begin: number, anchors: readonly Anchor[]): number | null {
  const from = Math.max(begin, text.length - NEAR);
  const lower = lowered(text.slice(from));
  let best: number | null = null;
  for (const { stem, after } of anchors) {
    // Forwards, a search that finds nothing is several times as fast as backwards.
    let at = lower.includes(stem) ? lower.lastIndexOf(stem) : -1;
    for (let seen = 0; at >= 0 && seen < MOST && (best === null || at + stem.length > best); seen++) {
      after.lastIndex = at + stem.length;
      if (!inWord(lower, at, stem) && after.test(lower) && !isCode(lower, at, after.lastIndex)) {
        best = Math.max(best ?? 0, after.lastIndex);
        break;
      }
      at = at === 0 ? -1 : lower.lastIndexOf(stem, at - 1);
    }
  }
  if (best === null) return null;
  const said = bracketsAlone(text, from + best) ? blanks : lead;
  said.lastIndex = from + best;
  said.test(text);
  return said.lastIndex;
}

/** `answer = 7` as a line of a program assigns; alone, or in a sentence, it says what the answer is. */
function isCode(text: string, at: number, end: number): boolean {
  if (!/=\s*$/.test(text.slice(Math.max(at, end - 6), end))) return false;
  const line = text.lastIndexOf("\n", at) + 1;
  const before = text.slice(Math.max(line, at - 40), at);
  if (before.trim() !== "") return false;
  const next = text.indexOf("\n", end);
  const around = `${text.slice(Math.max(0, line - 120), line)}\n${next < 0 ? "" : text.slice(next + 1, next + 120)}`;
  return /^(?: {2,}|\t)/.test(before) || statement.test(around);
}

/** Lines of programs. */
const statement =
  /^[ \t]{0,12}(?:print\(|return\b|else:|elif |if [^\n]{1,80}:[ \t]{0,4}$|for [^\n]{1,80}:[ \t]{0,4}$|while |def |import |from \w{1,20} import|console\.log|let |const |var |```|\w{1,20} {0,2}[+*/-]?= )/m;

/** In lower case without a change of length: `İ` alone becomes two code units. */
export function lowered(text: string): string {
  return text.replaceAll("İ", "I").toLowerCase();
}

/** Whether a stem of a language that sets blanks between words is the end of a longer word. */
function inWord(text: string, at: number, stem: string): boolean {
  const spaced = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Devanagari}]/u;
  return spaced.test(stem) && at > 0 && /[\p{L}\p{M}\p{N}]/u.test(text[at - 1]!);
}

/** The last place after `floor` where a word opens a sentence; -1 where there is none. */
function lastOpening(text: string, word: string, floor: number): number {
  let at = text.includes(word) ? text.lastIndexOf(word) : -1;
  for (let seen = 0; at > floor && seen < MOST; seen++) {
    const before = text.slice(Math.max(0, at - 12), at);
    const after = text[at + word.length] ?? "";
    const opens = (at < 12 && before.trim() === "") || /[.!?。！？:\n][\s*_$\\\])]{0,11}$/u.test(before);
    const whole = !/^\p{Script=Latin}|^\p{Script=Cyrillic}/u.test(word) || !/\p{L}/u.test(after);
    if (opens && whole) return at;
    at = at === 0 ? -1 : text.lastIndexOf(word, at - 1);
  }
  return -1;
}
