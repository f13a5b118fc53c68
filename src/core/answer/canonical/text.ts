/** Answers that are no mathematics: words, and formulae that are compared as they are written. */
import { hash } from "./hash.js";
import { tokensOf } from "./latex/lexer.js";
import { orNull, TEXT_CHARACTERS } from "./limits.js";
import { numberText } from "./parse/cursor.js";

/** Longest key that shows the text itself. */
const SHOWN = 120;

/** The key of a text; null where nothing is left of it. */
export function textKey(text: string): string | null {
  if (text.length > TEXT_CHARACTERS) return `text:${text.length}:${hash(text)}`;
  const normal = /[\\^_]/.test(text) ? (formula(text) ?? words(text)) : words(text);
  if (normal === "") return null;
  return normal.length <= SHOWN ? `text:${normal}` : `text:${normal.slice(0, 40)}…${hash(normal)}`;
}

/** A formula as its tokens: spaces, `\left`, `\dfrac` and braces around one token make no difference. */
function formula(text: string): string | null {
  const tokens = orNull(() => tokensOf(text)) ?? [];
  const parts = tokens
    .map(({ type, text }) => (type === "number" ? numberText(text) : text.toLowerCase()))
    .filter((part) => part !== "quad" && part !== "");
  const isLone = (k: number) => parts[k - 1] === "{" && parts[k + 1] === "}";
  const plain = parts.filter(
    (part, k) => !(part === "{" && isLone(k + 1)) && !(part === "}" && isLone(k - 1)),
  );
  return plain.join(" ") || null;
}

const markup =
  /\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|textnormal|operatorname|emph|boxed)\s?\{|[{}$`*]/g;
const control = /\p{Cc}|\p{Cf}/gu;
const quotes = /["“”„«»‘’]/g;
/** Marks at the end of words; a point between digits and `5!` say something. */
const punctuation = /[.,;:?…]{1,20}(?=\s|$)|(?<![\d)!])!{1,20}(?=\s|$)/gu;
const broken = /\p{Cs}/gu;
/** Before a word of their own: `a` is a letter in `A, B` and in `A or B`. */
const articles = /(?<=^|\s)(?:a|an|the)\s(?=\S)(?!(?:and|or|nor|then|but|is|to)\s)/g;

/** Brackets alone as they stand; else without regard to case, articles, punctuation, markup and the form of characters. Accents count. */
function words(text: string): string {
  if (/^[\s()[\]{}<>]+$/.test(text)) return text.replace(/\s/g, "");
  const plain = text
    .normalize("NFKC")
    .replace(broken, "\ufffd")
    .replace(control, " ")
    .replace(markup, " ")
    .replace(/\\[ ,;:!()[\]]|\\(?=\s|$)|~/g, " ")
    .toLowerCase()
    .replace(quotes, "")
    .replace(/\s+/g, " ")
    .replace(articles, "")
    .replace(punctuation, " ");
  const spaced = plain.replace(/\s+/g, " ").trim();
  return spaced.length > 2 &&
    spaced.startsWith("(") &&
    spaced.endsWith(")") &&
    spaced.indexOf(")") === spaced.length - 1
    ? spaced.slice(1, -1).trim()
    : spaced;
}
