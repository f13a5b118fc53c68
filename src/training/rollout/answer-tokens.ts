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
  let end = 0;
  const ends = texts.map((own) => {
    end += own.length;
    return end;
  });
  const answerFrom = ends.findIndex((own) => own > found.start);
  return { answerFrom, answerTo: 1 + ends.findIndex((own) => own >= found.end) };
}
