/** A user's own regular expression. */
import { SelftrainError } from "../../../errors.js";
import type { AnswerRule } from "./rule.js";

/**
 * Characters at the end of a text that a user's expression is matched against. It bounds what a bad expression costs; an
 * exponential one still hangs, and is its author's risk.
 */
const REGEX_REACH = 10_000;

/**
 * The last match: its group `answer`, else its first group, else all of it. Throws `answer-regex` where the pattern is no
 * regular expression.
 */
export function regexRule(pattern: string): AnswerRule {
  const regex = compiled(pattern);
  return {
    name: "regex",
    find(text) {
      const from = Math.max(0, text.length - REGEX_REACH);
      let last: RegExpExecArray | undefined;
      for (const match of text.slice(from).matchAll(regex)) last = match;
      if (last === undefined) return null;
      const { indices } = last;
      const [start, end] = indices?.groups?.answer ?? indices?.[1] ?? indices![0]!;
      return { start: start + from, end: end + from };
    },
  };
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "gd");
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "config-answer-regex",
        message: `The pattern of answers is no regular expression: ${(cause as Error).message}`,
        found: pattern,
        expected: "a regular expression of JavaScript",
        where: "answers.regex",
        remedy: "Mend it; the group `answer`, or the first group, is the answer.",
      },
      { cause },
    );
  }
}
