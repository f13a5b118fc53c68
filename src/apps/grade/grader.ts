/** Reads answers as configured, each with the rule that found it; a crash is a failure, and no wrong answer. */

import type { GradeConfig } from "../../config/grade-config.js";
import {
  type CanonicalAnswer,
  canonicaliserNamed,
  describerNamed,
} from "../../core/answer/canonicalisers.js";
import { decideAnswer } from "../../core/answer/decide.js";
import { type Explanation, explainAnswer } from "../../core/answer/explain.js";
import type { AnswerRule } from "../../core/answer/extract/rule.js";
import { answerRules, columnRules, type RuleName, taskRules } from "../../core/answer/extract/rules.js";
import { failureOf, type GraderFailure, GraderFailures } from "../../core/answer/failures.js";
import { taskNamed } from "../../data/tasks/registry.js";
import type { FinishReason } from "../../group.js";

/** An answer with its canonical form, and the rule that found it. */
export interface GradedAnswer extends CanonicalAnswer {
  readonly rule: string;
}

/** What a text was read as. */
export interface Graded {
  /** Null where there is none, and where the grader failed. */
  readonly answer: GradedAnswer | null;
  readonly failure: GraderFailure | null;
  /** Whether it breaks off, though nobody says why it ended. */
  readonly breaksOff: boolean;
  /** Where explanations are asked for. */
  readonly explanation?: Explanation;
}

export class Grader {
  readonly failures: GraderFailures;
  readonly #rules: readonly AnswerRule[];
  readonly #alone = answerRules(columnRules);
  readonly #describe: (answer: string) => CanonicalAnswer | null;
  readonly #truncated: GradeConfig["truncated"];
  readonly #explain: boolean;

  /** `rules` are those that are tried where none are configured, and no task. Throws `task-unknown`. */
  constructor(config: GradeConfig & { readonly explain?: boolean }, rules: readonly RuleName[]) {
    const { regex, canonicaliser, truncated, maxFailureShare, explain = false, task } = config;
    const usual = task === undefined ? rules : taskRules;
    this.#rules = answerRules(config.rules ?? (regex === undefined ? usual : ["regex"]), regex);
    this.#describe =
      task === undefined ? describerNamed(canonicaliser) : describerOfTask(task, canonicaliser);
    this.#truncated = truncated;
    this.#explain = explain;
    this.failures = new GraderFailures(maxFailureShare);
  }

  /** The answer in a solution; `finish` is null where nobody says why it ended. */
  solution(text: string, finish: FinishReason | null, where: string): Graded {
    return this.#grade(text, where, this.#rules, finish);
  }

  /** An answer that stands alone, or in its box. */
  answer(text: string, where: string): Graded {
    return this.#grade(text, where, this.#alone, "stop");
  }

  #grade(text: string, where: string, rules: readonly AnswerRule[], finish: FinishReason | null): Graded {
    const options = { finish, rules, truncated: this.#truncated };
    try {
      const { answer: found, breaksOff } = decideAnswer(text, options);
      const canonical = found && this.#describe(found.text);
      this.failures.add(null);
      return {
        answer: canonical && { ...canonical, rule: found!.rule },
        failure: null,
        breaksOff,
        ...(this.#explain ? { explanation: explainAnswer(text, this.#describe, options) } : {}),
      };
    } catch (error) {
      const failure = failureOf(error, text, where);
      this.failures.add(failure);
      return { answer: null, failure, breaksOff: false };
    }
  }
}

/** A task's own canonical form, unless another is named. */
function describerOfTask(task: string, name: string): (answer: string) => CanonicalAnswer | null {
  const canonicalise = canonicaliserNamed(name, taskNamed(task).canonicalise);
  return (answer) => {
    const key = canonicalise(answer);
    return key === null ? null : { kind: task, canonical: key, key };
  };
}
