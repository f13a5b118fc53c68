/** One rollout of another trainer, read from a row of its files, whatever they call their columns. */
import type { Canonicaliser } from "../../../core/answer/canonicalisers.js";
import { decideAnswer } from "../../../core/answer/decide.js";
import { GraderFailures } from "../../../core/answer/failures.js";
import { MAX_FAILURE_SHARE, type Reading } from "../../../core/answer/read.js";
import { labelOf } from "../../../data/answer-column.js";
import type { TableRow } from "../../../data/table/row.js";
import { scalarText } from "../../../data/table/scalar.js";
import { SelftrainError } from "../../../errors.js";
import { readRollout } from "../../../training/rollout/read-rollout.js";

export interface ImportedRow {
  readonly where: string;
  readonly step: number;
  /** Id, or else the text of the prompt. */
  readonly promptId: string;
  readonly prompt: string;
  /** Number or name of the group; null where the file has none. */
  readonly group: string | null;
  /** Which of the group's rollouts it is; null where the file does not say. */
  readonly sample: string | null;
  readonly completion: string | null;
  /** Whether the completion certainly breaks off; null where it was not read, as the answer is given. */
  readonly brokenOff: boolean | null;
  readonly answer: string | null;
  readonly reward: number | null;
  readonly truth: string | null;
  /** KL to the starting policy, summed over the tokens; null where it is not known. */
  readonly kl: number | null;
}

/** A column, and whether it is a user who says that it is there. */
export interface NamedColumn {
  readonly column: string;
  readonly named: boolean;
}

/** What a user says of another trainer's columns. */
export interface ImportColumns {
  readonly rewardColumn?: string | undefined;
  readonly truthColumn?: string | undefined;
}

/** The column that is named, or else the usual one. */
export const columnNamed = (name: string | undefined, usual: string): NamedColumn => ({
  column: name ?? usual,
  named: name !== undefined,
});

/** How answers are read from completions, and true ones from their column. */
export class AnswerReader {
  readonly #failures: GraderFailures;

  constructor(readonly how: { readonly canonicalise: Canonicaliser; readonly reading: Reading }) {
    this.#failures = new GraderFailures(how.reading.maxFailureShare ?? MAX_FAILURE_SHARE);
  }

  /** Texts of other trainers do not say whether they were cut off: one that certainly breaks off has no answer. */
  read(completion: string, promptId: string): Pick<ImportedRow, "answer" | "brokenOff"> {
    const { answer } = readRollout(completion, null, promptId, this.how, this.#failures);
    // A text that has an answer needs no second look.
    const brokenOff =
      answer === null && decideAnswer(completion, { ...this.how.reading, finish: null }).breaksOff;
    return { answer, brokenOff };
  }

  /** An answer that the file gives as such; no answer where its canonical form fails or is empty. */
  canonical(answer: string): string | null {
    return answer.trim() === "" ? null : this.how.canonicalise(answer);
  }

  /** Null where nothing is in the column, or the row has no such column unless a user has `named` it. Throws `audit-column`. */
  truthOf(row: TableRow, { column, named }: NamedColumn): string | null {
    if (named && !Object.hasOwn(row.cells, column)) throw wrongColumn(row, column, "text or null");
    if (!Object.hasOwn(row.cells, column) || row.cells[column] === null) return null;
    return labelOf(row, column, this.how.canonicalise) ?? null;
  }

  /** Throws `grader-failures` where too many answers could not be read. */
  check(): void {
    this.#failures.check();
  }
}

/** Columns of a file that names neither groups nor rollouts. */
export interface PromptColumns {
  readonly prompt: string;
  readonly completion: string;
  /** Null where nothing is paid. */
  readonly reward: NamedColumn | null;
  readonly truth: NamedColumn;
}

/** A rollout of such a file, which knows its prompt by the text alone. Throws `audit-column`. */
export function rowByPrompt(row: TableRow, columns: PromptColumns, reader: AnswerReader): ImportedRow {
  const { reward, truth } = columns;
  const prompt = textOf(row, columns.prompt);
  const completion = textOf(row, columns.completion);
  return {
    where: row.where,
    step: stepIn(row, "step"),
    promptId: prompt,
    prompt,
    group: null,
    sample: null,
    completion,
    ...reader.read(completion, prompt),
    reward: reward === null ? null : numberIn(row, reward.column, reward.named),
    truth: reader.truthOf(row, truth),
    kl: null,
  };
}

/** A text of the row. Throws `audit-column`. */
export function textOf(row: TableRow, column: string): string {
  const text = scalarText(row.cells[column]);
  if (text !== undefined) return text;
  throw wrongColumn(row, column, "text");
}

/** Text, or null where there is none. Throws `audit-column` for what is neither. */
export function optionalText(row: TableRow, column: string): string | null {
  return row.cells[column] === null || row.cells[column] === undefined ? null : textOf(row, column);
}

/** A step, from 0. Throws `audit-column`. */
export function stepIn(row: TableRow, column: string): number {
  const value = Number(row.cells[column] ?? Number.NaN);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw wrongColumn(row, column, "an integer of 0 or more");
}

/** A number, or null where there is none. Throws `audit-column`. */
export function numberIn(row: TableRow, column: string, named = false): number | null {
  const value = row.cells[column];
  if (value === undefined && named) throw wrongColumn(row, column, "a finite number, or null");
  if (value === null || value === undefined) return null;
  const number = typeof value === "boolean" || typeof value === "string" ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw wrongColumn(row, column, "a finite number, or null");
}

function wrongColumn(row: TableRow, column: string, expected: string): SelftrainError {
  const value = row.cells[column];
  return new SelftrainError({
    code: "audit-column",
    message:
      value === undefined ? `A rollout has no "${column}".` : `"${column}" of a rollout is not ${expected}.`,
    found: value === undefined ? row.columns : value,
    expected: `${column}: ${expected}`,
    where: row.where,
    remedy: "Mend the row; docs/how-to/audit.md lists the columns of each format.",
  });
}
