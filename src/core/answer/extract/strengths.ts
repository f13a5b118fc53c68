/** How strong each way of marking an answer is: the one order, which the decision, `--explain` and the docs read. */
import type { RuleName } from "./rules.js";

/**
 * From the strongest to the weakest. Of the marks of one strength the last in the text decides. A list of rules that a user
 * gives in another order is tried in that order; which rules are of one strength stays.
 */
export const strengths: readonly (readonly RuleName[])[] = [
  ["regex"],
  ["tag"],
  ["boxed"],
  ["final", "hash", "choice", "phrase"],
  ["delimited"],
  ["open-box"],
  ["conclusion"],
  ["bare"],
  ["latex"],
  ["whole"],
  ["last"],
];

/** What overrules a stronger mark that stands before it: whoever announces a final answer after a box means what comes now. */
export const overruled = { by: "final", rule: "boxed" } as const satisfies Record<string, RuleName>;

/** At one place the rule that is named first counts, but for this: a choice is its letter alone. */
export const moreExact: RuleName = "choice";

/** What a mark is called in a sentence. */
export const markNames: Readonly<Record<RuleName, string>> = {
  regex: "a match of the pattern",
  tag: "a pair of tags",
  boxed: "a box",
  final: "a final answer",
  hash: "a hash mark",
  choice: "a choice",
  phrase: "a phrase",
  delimited: "a delimiter",
  "open-box": "an open box",
  conclusion: "a conclusion",
  bare: "a bare answer",
  latex: "a formula",
  whole: "the whole text",
  last: "the last number",
};

const levels: ReadonlyMap<string, number> = new Map(
  strengths.flatMap((rules, i) => rules.map((rule) => [rule, i + 1] as const)),
);

/** The strength of a rule, 1 for the strongest; null of a rule that a program brought. */
export const strengthOf = (rule: string): number | null => levels.get(rule) ?? null;

/** Whether a rule finds what the text marks as its answer, and no expression that only stands there. */
export const isMarker = (rule: string): boolean => (strengthOf(rule) ?? 0) <= strengthOf("delimited")!;

/** Whether a mark says itself where it ends, so that it is whole wherever the text breaks off. */
export const hasOwnEnd = (rule: string): boolean => rule === "tag" || rule === "boxed";
