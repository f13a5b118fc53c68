/** How the answers of a run are read, and reading one without losing a crash. */
import type { FinishReason } from "../../group.js";
import { type AnswerExtraction, type ExtractOptions, locateAnswer } from "./extract.js";
import { failureOf, type GraderFailure } from "./failures.js";

/** How answers are read, besides their canonical form. */
export interface Reading extends Pick<ExtractOptions, "rules" | "truncated"> {
  /** Share of the answers of a batch that the grader may fail on before the run stops. Default 0.01. */
  readonly maxFailureShare?: number;
}

export const MAX_FAILURE_SHARE = 0.01;

export interface ReadAnswer {
  readonly found: AnswerExtraction | null;
  /** Why there is none, where the grader failed. */
  readonly failure: GraderFailure | null;
}

/** The answer of a solution. A grader that throws gives no answer and its failure. */
export function readAnswer(
  text: string,
  finish: FinishReason | null,
  options: Omit<ExtractOptions, "finish">,
  where?: string,
): ReadAnswer {
  try {
    return { found: locateAnswer(text, { ...options, finish }), failure: null };
  } catch (error) {
    return { found: null, failure: failureOf(error, text, where) };
  }
}
