/** Reads answers as configured, each with the rule that found it; a crash is a failure, and no wrong answer. */

import type { GradeConfig } from "../../config/grade-config.js";
import { type CanonicalAnswer, describerNamed } from "../../core/answer/canonicalisers.js";
import type { AnswerRule } from "../../core/answer/extract/rule.js";
import { answerRules, columnRules, type RuleName } from "../../core/answer/extract/rules.js";
import { findAnswer } from "../../core/answer/extract.js";
import { failureOf, type GraderFailure, GraderFailures } from "../../core/answer/failures.js";
import type { FinishReason } from "../../group.js";

/** An answer with its canonical form, and the rule that found it. */
export interface GradedAnswer extends CanonicalAnswer {
  readonly rule: string;
}

export class Grader {
  readonly failures: GraderFailures;
  readonly #rules: readonly AnswerRule[];
  readonly #alone = answerRules(columnRules);
  readonly #describe: (answer: string) => CanonicalAnswer | null;
  readonly #truncated: GradeConfig["truncated"];

  /** `rules` are those that are tried where none are configured. */
  constructor(config: GradeConfig, rules: readonly RuleName[]) {
    const { regex, canonicaliser, truncated, maxFailureShare } = config;
    this.#rules = answerRules(config.rules ?? (regex === undefined ? rules : ["regex"]), regex);
    this.#describe = describerNamed(canonicaliser);
    this.#truncated = truncated;
    this.failures = new GraderFailures(maxFailureShare);
  }

  /** The answer in a solution; null where it has none, and a failure where the grader threw. */
  solution(text: string, finish: FinishReason, where: string): GradedAnswer | GraderFailure | null {
    return this.#grade(text, where, this.#rules, finish);
  }

  /** An answer that stands alone, or in its box. */
  answer(text: string, where: string): GradedAnswer | GraderFailure | null {
    return this.#grade(text, where, this.#alone, "stop");
  }

  #grade(text: string, where: string, rules: readonly AnswerRule[], finish: FinishReason) {
    try {
      const found = findAnswer(text, { finish, rules, truncated: this.#truncated });
      const canonical = found && this.#describe(found.text);
      this.failures.add(null);
      return canonical && { ...canonical, rule: found!.rule };
    } catch (error) {
      const failure = failureOf(error, text, where);
      this.failures.add(failure);
      return failure;
    }
  }
}

export const isFailure = (graded: GradedAnswer | GraderFailure | null): graded is GraderFailure =>
  graded !== null && "error" in graded;
