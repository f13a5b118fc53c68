/** JSON Lines, read a line at a time, with errors that name the line. */
import { createReadStream } from "node:fs";
import { closest } from "fastest-levenshtein";
import { SelftrainError } from "../errors.js";

export interface JsonlRow {
  /** Counted from 1, blank lines included, as editors count. */
  readonly line: number;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** The rows of a file; blank lines are skipped. Throws `file-unreadable` and `jsonl-malformed`. */
export async function* readJsonl(file: string): AsyncGenerator<JsonlRow, void> {
  let line = 0;
  for await (const raw of linesOf(file)) {
    line++;
    const text = line === 1 ? raw.replace(/^\uFEFF/, "") : raw;
    if (text.trim() !== "") yield { line, columns: parseRow(text, `${file}:${line}`) };
  }
}

/** Lines end in a line feed alone: node:readline would also split at U+2028, which JSON strings may contain. */
async function* linesOf(file: string): AsyncGenerator<string, void> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, "utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() as string;
      yield* lines;
    }
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
  yield rest;
}

function unreadable(file: string, cause: NodeJS.ErrnoException): SelftrainError {
  return new SelftrainError(
    {
      code: "file-unreadable",
      message:
        cause.code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${cause.message}.`,
      found: cause.code,
      expected: "a readable JSON Lines file",
      where: file,
      remedy: "Check the path; a relative one starts at the current folder.",
    },
    { cause },
  );
}

function parseRow(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  let reason = "it is not an object";
  try {
    value = JSON.parse(text);
  } catch (error) {
    reason = (error as Error).message;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new SelftrainError({
    code: "jsonl-malformed",
    message: `A line is not a JSON object: ${reason}.`,
    found: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    expected: 'one JSON object a line, such as {"prompt": "…"}',
    where,
    remedy:
      "Mend or delete that line. A file that is one JSON array has to be rewritten with an object a line.",
  });
}

/** A column's value. Throws `column-missing` with the columns that the row has. */
export function columnOf({ line, columns }: JsonlRow, column: string, file: string): unknown {
  if (Object.hasOwn(columns, column)) return columns[column];
  const present = Object.keys(columns);
  throw new SelftrainError({
    code: "column-missing",
    message: `A row has no column "${column}".`,
    found: present,
    expected: column,
    where: `${file}:${line}`,
    remedy:
      present.length === 0
        ? "The row is empty: fill or delete it."
        : `Did you mean "${closest(column, present)}"? The row's columns are ${present.join(", ")}.`,
  });
}

/** A column that must hold text with something in it. Throws `column-missing` and `column-not-text`. */
export function textColumn(row: JsonlRow, column: string, file: string): string {
  const value = columnOf(row, column, file);
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new SelftrainError({
    code: "column-not-text",
    message: `The column "${column}" ${typeof value === "string" ? "is empty" : "is not text"}.`,
    found: value,
    expected: "a string that is not blank",
    where: `${file}:${row.line}`,
    remedy: "Fill the column or delete the row.",
  });
}
