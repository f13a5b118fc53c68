/** Texts that are an answer, or say one without marking it. */
import { expressionIn } from "./expression-in.js";
import type { AnswerRule } from "./rule.js";
import { stretchesOf } from "./stretches.js";

/** Longest line of words, and longest text without any, that are taken for an answer as they stand. */
const LONGEST_LINE = 300;
const LONGEST = 10_000;

/**
 * A line that is an answer: without words (`x < 3`), without an expression (`no solution`), or with one expression among
 * its words (`5 apples`). Of several that words lead up to, none is singled out. What has no words may be longer, and take
 * several lines, as a matrix does.
 */
export const bareRule: AnswerRule = {
  name: "bare",
  find(text) {
    const line = text.trim();
    if (line === "" || line.length > LONGEST) return null;
    if ((line.length > LONGEST_LINE || line.includes("\n")) && stretchesOf(line).words) return null;
    const found = expressionIn(line, false);
    if (found === null) return null;
    const by = text.indexOf(line);
    return { ...found, start: found.start + by, end: found.end + by };
  },
};

/** The whole text, whatever it is: what a column of answers holds. */
export const wholeRule: AnswerRule = { name: "whole", find: (text) => ({ start: 0, end: text.length }) };

/** How far back from the end the last expression is looked for. */
const NEAR = 2000;

/** The last number or formula, whatever the words around it say. A guess: an unmarked number is no answer unless one asks for it. */
export const lastRule: AnswerRule = {
  name: "last",
  find(text) {
    const from = Math.max(0, text.length - NEAR);
    const found = stretchesOf(text.slice(from)).solid.at(-1);
    return found === undefined ? null : { start: found.start + from, end: found.end + from };
  },
};
