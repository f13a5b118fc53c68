/** A sample of somebody else's: fields of a row or of a request, under the names that programs give them. */

import type { SampleLogprob } from "../../core/vote/weights.js";
import { SelftrainError } from "../../errors.js";
import type { FinishReason } from "../../group.js";
import { type GradedAnswer, type Grader, isFailure } from "./grader.js";

export type Fields = Readonly<Record<string, unknown>>;

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
  readonly logprob: SampleLogprob | null;
  readonly weight: number | null;
  /** Why the grader failed on it. */
  readonly graderError?: string;
}

const names = {
  text: ["text", "completion", "response"],
  answer: ["answer"],
  finish: ["finish", "finish_reason", "finishReason"],
  logprobs: ["logprobs"],
  mean: ["meanLogprob", "mean_logprob"],
  sum: ["logprob"],
  weight: ["weight", "score"],
} as const;

/** Columns that samples are read from. */
export const sampleColumns: readonly string[] = Object.values(names).flat();

const finishes: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  length: "length",
  max_tokens: "length",
  abort: "length",
};

/** Throws `sample-malformed` where a field is missing or is not what its name says. */
export function gradeSample(
  fields: Fields,
  where: string,
  grader: Grader,
  { textColumn, answerColumn }: FieldNames = {},
): GradedSample {
  const text = answerColumn !== undefined && textColumn === undefined ? [] : one(textColumn, names.text);
  const solution = fieldOf(fields, text, where, asText);
  const alone =
    solution === undefined ? fieldOf(fields, one(answerColumn, names.answer), where, asText) : undefined;
  const given = solution ?? alone;
  if (given === undefined) throw malformed("has neither a text nor an answer", fields, where);
  const finish = fieldOf(fields, names.finish, where, asFinish) ?? "stop";
  const graded =
    given === null
      ? null
      : solution === undefined
        ? grader.answer(given, where)
        : grader.solution(given, finish, where);
  return {
    answer: isFailure(graded) ? null : graded,
    length: given?.length ?? 0,
    logprob: logprobOf(fields, where),
    weight: fieldOf(fields, names.weight, where, asNumber) ?? null,
    ...(isFailure(graded) ? { graderError: graded.error } : {}),
  };
}

const one = (named: string | undefined, usual: readonly string[]): readonly string[] =>
  named === undefined ? usual : [named];

/** The logprobs of the tokens, or what sums them up: a mean alone is that of a completion of one token. */
function logprobOf(fields: Fields, where: string): SampleLogprob | null {
  const tokens = fieldOf(fields, names.logprobs, where, asNumbers);
  if (tokens != null) return { sum: tokens.reduce((sum, value) => sum + value, 0), tokens: tokens.length };
  const count = fieldOf(fields, ["tokens"], where, (value) =>
    typeof value === "number" ? value : undefined,
  );
  const mean = fieldOf(fields, names.mean, where, asNumber);
  if (mean != null) return { sum: mean * (count ?? 1), tokens: count ?? 1 };
  const sum = fieldOf(fields, names.sum, where, asNumber);
  return sum == null ? null : { sum, tokens: count ?? 1 };
}

/** The first of the fields that is there; undefined where none is, null where it is null. */
function fieldOf<T>(
  fields: Fields,
  keys: readonly string[],
  where: string,
  read: (value: unknown) => T | undefined,
): T | null | undefined {
  const key = keys.find((name) => fields[name] !== undefined);
  if (key === undefined) return undefined;
  const value = fields[key];
  if (value === null) return null;
  const found = read(value);
  if (found !== undefined) return found;
  throw malformed(`has a field "${key}" that cannot be used`, value, where);
}

const asText = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value
    : ["number", "bigint", "boolean"].includes(typeof value)
      ? String(value)
      : undefined;
const asFinish = (value: unknown): FinishReason | undefined =>
  typeof value === "string" ? finishes[value] : undefined;

/** CSV holds numbers as text. */
function asNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function asNumbers(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map(asNumber);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

function malformed(reason: string, found: unknown, where: string): SelftrainError {
  return new SelftrainError({
    code: "sample-malformed",
    message: `A sample ${reason}.`,
    found,
    expected:
      "text (or completion, response) or answer, and where they are given finish (stop or length), logprobs (a list of numbers), meanLogprob, logprob, weight",
    where,
    remedy: "Mend the row, or name the columns (--text-column, --answer-column).",
  });
}
