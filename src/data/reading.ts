/** How the answers to a pool's prompts are read, as configured. */

import type { AnswersConfig } from "../config/answers-config.js";
import type { PromptSourceConfig } from "../config/train-config.js";
import { type Canonicaliser, canonicaliserNamed } from "../core/answer/canonicalisers.js";
import { answerRules, type RuleName, solutionRules, taskRules } from "../core/answer/extract/rules.js";
import type { Reading } from "../core/answer/read.js";
import type { PromptPool } from "./pool.js";
import { taskNamed } from "./tasks/registry.js";

/** How the answers to prompts of a source are read, without reading the prompts. Throws as `readingOf` and `taskNamed` do. */
export function readingOfSource(
  { task }: Pick<PromptSourceConfig, "task">,
  answers: AnswersConfig,
): Required<Pick<PromptPool, "canonicalise" | "reading">> {
  if (task === undefined) return readingOf(answers, solutionRules);
  return readingOf(answers, taskRules, taskNamed(task).canonicalise);
}

/** What is configured; `rules` and `own` are used where nothing else is named. Throws as `answerRules` and `canonicaliserNamed` do. */
export function readingOf(
  answers: AnswersConfig,
  rules: readonly RuleName[],
  own?: Canonicaliser,
): { readonly canonicalise: Canonicaliser; readonly reading: Reading } {
  const { regex, truncated, maxFailureShare } = answers;
  const names = answers.rules ?? (regex === undefined ? rules : (["regex"] as const));
  return {
    canonicalise: canonicaliserNamed(answers.canonicaliser, own),
    reading: { rules: answerRules(names, regex), truncated, maxFailureShare },
  };
}
