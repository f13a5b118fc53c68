/** The rules by name, and which are tried in which order. */
import { SelftrainError } from "../../../errors.js";
import { bareRule, lastRule, wholeRule } from "./bare.js";
import { boxedRule, openBoxRule } from "./boxed.js";
import { choiceRule } from "./choice.js";
import { regexRule } from "./custom.js";
import { delimitedRule, hashRule } from "./delimited.js";
import { latexRule } from "./latex.js";
import { conclusionRule, finalRule, phraseRule } from "./phrase.js";
import type { AnswerRule } from "./rule.js";
import { tagRule } from "./tag.js";

export const ruleNames = [
  "tag",
  "final",
  "boxed",
  "open-box",
  "hash",
  "delimited",
  "choice",
  "phrase",
  "conclusion",
  "latex",
  "bare",
  "whole",
  "last",
  "regex",
] as const;

export type RuleName = (typeof ruleNames)[number];

const rules: Readonly<Record<Exclude<RuleName, "regex">, AnswerRule>> = {
  tag: tagRule,
  final: finalRule,
  boxed: boxedRule,
  "open-box": openBoxRule,
  hash: hashRule,
  delimited: delimitedRule("#"),
  choice: choiceRule,
  phrase: phraseRule,
  conclusion: conclusionRule,
  latex: latexRule,
  bare: bareRule,
  whole: wholeRule,
  last: lastRule,
};

/** Of solutions to procedural tasks. */
export const taskRules: readonly RuleName[] = ["boxed", "delimited"];

/**
 * Of solutions in natural language: every way of marking an answer, and no unmarked expression. No `latex`: on public completions it names the
 * answer that the text states in 59.5% of its hits.
 */
export const solutionRules: readonly RuleName[] = ["tag", "final", "boxed", "hash", "choice", "phrase"];

/** Of a text that may be a solution or an answer alone. */
export const anyTextRules: readonly RuleName[] = [
  ...solutionRules,
  "open-box",
  "conclusion",
  "bare",
  "latex",
];

/** Of a column of answers: a solution that marks its answer, or the answer as it stands. */
export const columnRules: readonly RuleName[] = ["tag", "boxed", "hash", "whole"];

/** The rules of these names, in order. `regex` is the user's pattern. Throws `config-answer-regex`. */
export function answerRules(names: readonly RuleName[], regex?: string): AnswerRule[] {
  return names.map((name) => {
    if (name !== "regex") return rules[name];
    if (regex !== undefined) return regexRule(regex);
    throw new SelftrainError({
      code: "config-answer-regex",
      message: "The rule `regex` has no pattern.",
      where: "answers.regex",
      remedy: "Give answers.regex, or take the rule off the list.",
    });
  });
}
