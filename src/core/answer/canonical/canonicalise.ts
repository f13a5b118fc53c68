/** From an answer's text to its canonical form. */
import { choiceWithText } from "./choice.js";
import { hash } from "./hash.js";
import { type AnswerKind, kindOf } from "./kind.js";
import type { ReadingOptions } from "./latex/lexer.js";
import { KEY_CHARACTERS, MATH_CHARACTERS, NotMathematics } from "./limits.js";
import { literalKey } from "./literals.js";
import { parseAnswer } from "./parse/answer.js";
import { isShortWords, meaningOfPhrase } from "./phrases.js";
import { chainValue } from "./relation-key.js";
import { Sampler } from "./sample.js";
import { structureKey } from "./structure-key.js";
import { textKey } from "./text.js";

/** An answer with its canonical form. */
export interface Canonical {
  /** What kind of answer it is. Kinds are for display: `50\%` and `1/2` are the same answer. */
  readonly kind: AnswerKind;
  /** A form to read: the value where it is exact, else the answer as it was written. */
  readonly canonical: string;
  /** Answers are the same where their keys are. */
  readonly key: string;
}

const plainInteger = /^[+-]?\d{1,300}$/;

/** `1.234,50 €` and `2,74 $`: the comma is that of a decimal. */
const europeanAmount = /^[€£]?\s?(\d{1,12}|\d{1,3}(?:[. ]\d{3}){1,4}),(\d{2})\s{0,2}[$€£]$/;

/** `minus 12`, `\text{negative } 12`, in the languages that write it so. */
const signInWords =
  /^(?:\\text\s?\{\s{0,2})?(?:minus|negative|negativ|moins|menos|meno|минус|мінус|eksi)(?:\s{0,2}\}\s{0,2}|\s{1,4})(?=[\d.$\\])/iu;

/**
 * The canonical form of an answer; null for a blank one. Never throws, and takes a bounded time: what is no mathematics,
 * or is too large to be evaluated, is compared as text.
 */
export function canonicalise(text: string, options: ReadingOptions = {}): Canonical | null {
  const trimmed = unwrapped(text.trim());
  if (trimmed === "") return null;
  if (plainInteger.test(trimmed)) {
    const key = BigInt(trimmed.replace(/^\+/, "")).toString();
    return { kind: "integer", canonical: key, key };
  }
  const choice = choiceWithText(trimmed);
  if (choice !== null) return canonicalise(choice);
  const signed = signInWords.exec(trimmed)?.[0];
  if (signed !== undefined) return canonicalise(`-${trimmed.slice(signed.length)}`, options);
  const amount = europeanAmount.exec(trimmed);
  if (amount !== null) return canonicalise(`${amount[1]!.replace(/[. ]/g, "")}.${amount[2]}`);
  const phrase = meaningOfPhrase(trimmed);
  if (phrase !== null) return canonicalise(phrase);
  if (isShortWords(trimmed)) return textual(trimmed);
  const literal = literalKey(trimmed);
  if (literal !== null) return { kind: literal.kind, canonical: literal.key, key: bounded(literal.key) };
  return mathematical(trimmed, options) ?? textual(trimmed);
}

/** Something is computed, so that a chain is more than `0 = 0`. */
const computes = /[-+*/^!(×·÷√]|\\[a-z]/;

function mathematical(text: string, options: ReadingOptions): Canonical | null {
  if (text.length > MATH_CHARACTERS) return null;
  try {
    const structure = parseAnswer(text, options);
    const context = { sampler: new Sampler(structure), sign: 1 } as const;
    const chain = computes.test(text) ? chainValue(structure, context) : null;
    const key = bounded(chain ?? structureKey(structure, context));
    const readable = !key.includes(":") || /^\d+:\d+$/.test(key);
    return { kind: kindOf(structure, key, text), canonical: readable ? key : text, key };
  } catch (error) {
    if (error instanceof NotMathematics) return null;
    throw error;
  }
}

/** A long key as its beginning and a hash of all of it. */
const bounded = (key: string): string =>
  key.length > KEY_CHARACTERS ? `${key.slice(0, 40)}…${key.length}:${hash(key)}` : key;

function textual(text: string): Canonical | null {
  const key = textKey(text);
  return key === null ? null : { kind: "text", canonical: key.slice("text:".length), key };
}

/** Nothing but words, set as text. */
const markedText = /^\$?\\(?:text|textbf|textit|textrm|mbox|mathrm)\s?\{([^{}\\$]{1,200})\}\$?$/;
/** A block of code and its language. */
const fence = /^```[a-z]{1,12}\s/;
const openBox = /^\\{1,2}(?:boxed|fbox)\s?\{/;

/** Without marks of emphasis or code around all of it, `**5**`, or a box that is cut off before it closes. */
function unwrapped(text: string): string {
  const box = openBox.exec(text);
  if (box !== null && isOpen(text)) return text.slice(box[0].length).trim();
  const [, said] = markedText.exec(text) ?? [];
  if (said !== undefined && (isShortWords(said) || !/^\s?[A-Za-z]{1,3}\s?$/.test(said))) return said.trim();
  const fenced = fence.exec(text)?.[0];
  if (fenced !== undefined && text.endsWith("```") && text.length > fenced.length + 3)
    return text.slice(fenced.length, -3).trim();
  for (const mark of ["```", "**", "`", "__"])
    if (text.length > 2 * mark.length && text.startsWith(mark) && text.endsWith(mark))
      return text.slice(mark.length, -mark.length).trim();
  if (text.length > 2 && text.startsWith("'") && text.indexOf("'", 1) === text.length - 1)
    return text.slice(1, -1).trim();
  return text;
}

/** More braces open than close. */
function isOpen(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "{") depth++;
    else if (text[i] === "}") depth--;
  }
  return depth > 0;
}
