/** Where among its tokens the answer of a rollout stands. */
import { findAnswer } from "../../core/answer/extract.js";
import type { Reading } from "../../core/answer/read.js";
import type { Rollout } from "../../group.js";

export interface AnswerTokens {
  /** First token that holds a part of the answer; null where there is none. */
  readonly answerFrom: number | null;
  /** The token behind the last one. */
  readonly answerTo: number | null;
}

/** `texts` are those of its tokens, as `tokenTexts` has them. */
export function answerTokens(
  { text, finish, answer }: Pick<Rollout, "text" | "finish" | "answer">,
  texts: readonly string[],
  reading: Reading | undefined,
): AnswerTokens {
  const found = answer === null ? null : findAnswer(text, { ...reading, finish });
  if (found === null) return { answerFrom: null, answerTo: null };
  let [from, to, end] = [-1, -1, 0];
  for (const [t, { length }] of texts.entries()) {
    end += length;
    if (from < 0 && end > found.start) from = t;
    if (end < found.end) continue;
    to = t;
    break;
  }
  return { answerFrom: from, answerTo: 1 + to };
}
