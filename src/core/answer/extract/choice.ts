/** Multiple choice: `the answer is (B)`, `Option C is correct`, `故选D`, or a letter alone on the last line. */
import { answerAnchors } from "./anchors.js";
import { hedge } from "./hedges.js";
import { afterAnchor } from "./phrase.js";
import type { AnswerMark, AnswerRule } from "./rule.js";
import { denies, verdictOn } from "./verdict.js";

/** Hedges, and words that say that a letter follows: `most likely (D)`, `option C`. */
const lead = new RegExp(
  `(?:${hedge}|(?:option|choice|statement|letter|answer|die|la|le|opción|opção|opzione|вариант)\\s{1,2}|选项|選項|選択肢){0,4}`,
  "iuy",
);

/**
 * A letter that is all of the answer, or that something follows which no formula begins with: `B`, `(B) 12`, `B (25)`,
 * `B, red`, `B, a car`, `B -- red`, `B: 12`, `B.`, `B because`; and not `A + B`, `A, B`, `A man`.
 */
const letter =
  /[*_]{0,3}(?:[(（]\s?([A-J])\s?[)）]|\[([A-J])\]|\$?\\text(?:bf)?\{\s?\(?([A-J])\)?\s?\}\$?|([A-J])(?=[):：。、]|\.(?!\s\p{Ll})|选项|選項|项|項|\s{0,3}(?:$|\n|--|[–—-]\s|\*\*|<)|,?\s{1,2}(?:because|since|as|weil|da|car|porque|perché)\b|\s\(|,\s{1,2}(?:\p{L}\p{Ll}|an?\s\p{L}{2}|[$€£\d"“])|[，；;]))/uy;

/** Another letter behind one: then none alone is chosen. */
const another =
  /(?:[*_)）\]}\s,;、，/&]|\\text|(?:and|or|und|oder|et|ou|y|o|e|as|well|possibly|maybe|perhaps|even|also|both|和|或|与|または|と)(?![\p{Ll}])){1,12}[(（[]?\s?(?:[A-J])(?![\p{L}\p{N}'’])(?!\s\p{Ll})/uy;

const lastLine = /^\s*(?:[*_]{2})?[（(]?([A-J])[）)]?[.。]?(?:[*_]{2})?$/u;
const firstLine = /^\s{0,8}(?:[*_]{2})?(?:[（(]([A-J])[）)]|([A-J])[.:)]?)(?:[*_]{2})?[.。]?[ \t]{0,4}\n/u;
/** What opens the reason for a choice that stands first. */
const reason =
  /^[\s*_#]{0,12}(?:explanation|explication|explicación|explicação|spiegazione|erklärung|reason|reasoning|rationale|justification|begründung|because|since|this is because|weil|denn|parce que|porque|perché|解析|解释|理由|原因|解説|объяснение|потому)/iu;
/** `The map that shows it best is (C).` */
const closing =
  /(?:(?<!\p{L})(?:is|are|be|is:|looks? like|corresponds? to|match(?:es)?|leaves|ist|entspricht|est|correspond à|es|corresponde a|é|è|corrisponde a)(?:\s(?:the|die|das|der|la|le|el|o|a|il))?(?:\s(?:option|choice|answer|figure|image|picture|piece|shape|diagram|graph|map|card|letter|Bild|Figur|Abbildung|figure|figura|imagen|imagem|immagine))?(?:\s(?:marked|labell?ed))?|是|为|為|选|選|は|:|：)\s{0,2}[*_]{0,2}[(（]([A-J])[)）][*_]{0,2}[.。]?$/u;
/** Longest sentence that a closing letter may have. */
const SENTENCE = 300;
/** Longest end of one that says so. */
const TAIL = 60;

export const choiceRule: AnswerRule = {
  name: "choice",
  find(text) {
    const start = afterAnchor(text, 0, answerAnchors);
    if (start !== null) return announcedChoice(text, start);
    return atEnd(text) ?? closingSentence(text) ?? verdictOn(text) ?? atStart(text);
  },
};

function announcedChoice(text: string, start: number): AnswerMark | null {
  lead.lastIndex = start;
  lead.test(text);
  letter.lastIndex = Math.max(start, lead.lastIndex);
  const found = letter.exec(text);
  const chosen = found?.slice(1).find((group) => group !== undefined);
  if (chosen === undefined) return null;
  another.lastIndex = found!.index + found![0].length;
  if (another.test(text)) return null;
  return { ...markOf(text, found!.index, found![0], chosen), at: start };
}

const markOf = (text: string, start: number, matched: string, chosen: string): AnswerMark => {
  const at = text.indexOf(chosen, start + matched.lastIndexOf(chosen));
  return { start: at, end: at + chosen.length };
};

function atEnd(text: string): AnswerMark | null {
  const end = text.trimEnd().length;
  const line = text.lastIndexOf("\n", end - 1) + 1;
  if (end - line > 12) return null;
  const chosen = lastLine.exec(text.slice(line, end))?.[1];
  return chosen === undefined ? null : markOf(text, line, text.slice(line, end), chosen);
}

/** A letter in brackets that the last sentence ends in, where it denies nothing. */
function closingSentence(text: string): AnswerMark | null {
  const end = text.trimEnd().length;
  const from = Math.max(0, end - SENTENCE, text.lastIndexOf("\n", end - 1) + 1);
  const line = text.slice(from, end);
  const found = closing.exec(line.slice(-TAIL));
  if (found === null) return null;
  const sentence = line.slice(Math.max(0, line.slice(0, -2).lastIndexOf(". ") + 1));
  if (denies(sentence)) return null;
  const at = end - Math.min(TAIL, line.length) + found.index;
  return markOf(text, at, found[0], found[1]!);
}

/** A letter alone on the first line, and the reason for it. */
function atStart(text: string): AnswerMark | null {
  const found = firstLine.exec(text.slice(0, 40));
  if (found === null || !reason.test(text.slice(found[0].length, found[0].length + 60))) return null;
  return markOf(text, 0, found[0], found[1] ?? found[2]!);
}
