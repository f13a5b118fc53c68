/** The answer of a rollout, read from its text. */
import type { GraderFailures } from "../../core/answer/failures.js";
import { type Reading, readAnswer } from "../../core/answer/read.js";
import type { FinishReason, Rollout } from "../../group.js";

/** How the answers to a pool's prompts are read. */
export interface PoolReading {
  readonly canonicalise: (answer: string) => string | null;
  /** How answers are found; by default as `extractAnswer` finds them. */
  readonly reading?: Reading | undefined;
}

/** What the grader failed on has no answer, says so, and is counted in `failures`. */
export function readRollout(
  text: string,
  finish: FinishReason | null,
  promptId: string,
  { canonicalise, reading }: PoolReading,
  failures: GraderFailures,
): Pick<Rollout, "answer" | "graderError"> {
  const where = `a solution to prompt ${promptId}`;
  const { found, failure } = readAnswer(text, finish, { ...reading, canonicalise }, where);
  failures.add(failure);
  return { answer: found?.answer ?? null, ...(failure && { graderError: failure.error }) };
}
