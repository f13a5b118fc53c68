/** Multiple choice: `the answer is (B)`, `Option C is correct`, `故选D`, or a letter alone on the last line. */
import { answerAnchors } from "./anchors.js";
import { afterAnchor } from "./phrase.js";
import type { AnswerMark, AnswerRule } from "./rule.js";

/**
 * A letter that is all of the answer, or that something follows which no formula begins with: `B`, `(B) 12`, `B: 12`,
 * `B.`, `B because`; and not `A + B`, `A, B`, `A man`.
 */
const letter =
  /(?:(?:option|choice|statement|die|la|le|opción|option)\s{1,2})?(?:\(\s?([A-J])\s?\)|\[([A-J])\]|\$?\\text(?:bf)?\{\s?\(?([A-J])\)?\s?\}\$?|([A-J])(?=[).:：。、]|\s{0,3}(?:$|\n|[–—]\s|\*\*|<)|,?\s{1,2}(?:because|since|as|weil|da|car|porque|perché)\b))/iuy;

/** A choice named where no phrase announces it. */
const named =
  /(?:option|choice|opción|opção|opzione|antwortmöglichkeit|选项|選項|故选|故選|应选|選択肢|вариант|الخيار)(?:\s{1,2}(?:is|ist|est|es|é|è))?\s{0,2}[:：]?\s{0,2}[*_]{0,2}[（(]?([A-J])(?![\p{L}\p{N}])/giu;

const lastLine = /^\s*(?:[*_]{2})?[（(]?([A-J])[）)]?[.。]?(?:[*_]{2})?$/u;

/** Letters that lie further back from the end choose nothing. */
const NEAR = 1000;

export const choiceRule: AnswerRule = {
  name: "choice",
  find(text) {
    const start = afterAnchor(text, 0, answerAnchors);
    if (start !== null) {
      letter.lastIndex = start;
      const found = letter.exec(text);
      // Case folding is for words such as `Option`; a choice is a capital, and `a` may be a variable.
      const chosen = found?.slice(1).find((group) => group !== undefined);
      return chosen !== undefined && /[A-J]/.test(chosen) ? markOf(text, start, found![0], chosen) : null;
    }
    return atEnd(text) ?? lastNamed(text);
  },
};

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

function lastNamed(text: string): AnswerMark | null {
  const from = Math.max(0, text.length - NEAR);
  const found = [...text.slice(from).matchAll(named)].findLast(([, chosen]) => /[A-J]/.test(chosen!));
  return found === undefined ? null : markOf(text, from + found.index, found[0], found[1]!);
}
