/** A sample of somebody else's: fields of a row or of a request, under the names that programs give them. */

import type { Explanation } from "../../core/answer/explain.js";
import { isRounded, ROUNDED_REMEDY, scalarText } from "../../data/table/scalar.js";
import { asNumber, type FieldKind, type Fields, fieldOf, malformed } from "./fields.js";
import { finishNames, finishOf } from "./finish.js";
import type { Graded, GradedAnswer, Grader } from "./grader.js";
import { type GivenLogprob, logprobNames, logprobOf } from "./logprob.js";

/** Columns that were named, in the place of the usual ones. */
export interface FieldNames {
  readonly textColumn?: string | undefined;
  readonly answerColumn?: string | undefined;
}

/** What a vote needs of a sample: of its text only the answer is kept. */
export interface GradedSample {
  readonly answer: GradedAnswer | null;
  /** Characters of what was graded. */
  readonly length: number;
  readonly logprob: GivenLogprob;
  readonly weight: number | null;
  /** Why the grader failed on it. */
  readonly graderError?: string;
  /** Whether its text breaks off, though nothing says why it ended. */
  readonly breaksOff: boolean;
  readonly explanation?: Explanation;
}

const names = {
  text: ["text", "completion", "response"],
  answer: ["answer"],
  weight: ["weight", "score"],
} as const;

/** Columns that samples are read from. */
export const sampleColumns: readonly string[] = [
  ...Object.values(names),
  finishNames,
  ...Object.values(logprobNames),
].flat();

const text: FieldKind<string> = {
  read: scalarText,
  expected: "text, a number, or null for a sample without an answer",
  remedy: (value) =>
    isRounded(value)
      ? ROUNDED_REMEDY
      : "Mend the row, or name another column (--text-column, --answer-column).",
};

const weight: FieldKind<number> = {
  read: asNumber,
  expected: "a number",
  remedy: "Mend the field, or leave it out where votes do not weigh by it.",
};

/**
 * The solution is read, or, where there is none, the answer alone: a null is none, unless its column was named. Throws
 * `sample-malformed` where a field is missing or is not what its name says.
 */
export function gradeSample(
  fields: Fields,
  where: string,
  grader: Grader,
  { textColumn, answerColumn }: FieldNames = {},
): GradedSample {
  const solution =
    answerColumn !== undefined && textColumn === undefined
      ? undefined
      : fieldOf(fields, one(textColumn, names.text), where, text);
  const alone =
    solution === undefined || (solution === null && textColumn === undefined)
      ? fieldOf(fields, one(answerColumn, names.answer), where, text)
      : undefined;
  if (solution === undefined && alone === undefined)
    throw malformed("has neither a text nor an answer", {
      found: fields,
      expected: "text (or completion, response), or answer; null or empty where the model gave none",
      where,
      remedy: "Mend the row, or name the columns (--text-column, --answer-column).",
    });
  const finish = finishOf(fields, where) ?? null;
  const given = solution ?? alone ?? null;
  const graded =
    given === null
      ? missing
      : given === solution
        ? grader.solution(given, finish, where)
        : grader.answer(given, where);
  const { answer, failure, breaksOff, explanation } = graded;
  return {
    answer,
    length: given?.length ?? 0,
    logprob: logprobOf(fields, where),
    weight: fieldOf(fields, names.weight, where, weight) ?? null,
    breaksOff,
    ...(failure === null ? {} : { graderError: failure.error }),
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** A sample that is null. */
const missing: Graded = { answer: null, failure: null, breaksOff: false };

const one = (named: string | undefined, usual: readonly string[]): readonly string[] =>
  named === undefined ? usual : [named];
