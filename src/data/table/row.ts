/** A row of a data file, wherever it came from, and its columns. */
import { nearest } from "../../config/suggest.js";
import { SelftrainError } from "../../errors.js";
import type { DataFile } from "./files.js";

export interface TableRow {
  readonly file: DataFile;
  /** Counted from 1 within the file; rows that cannot be read count, blank lines and a header do not. */
  readonly number: number;
  /** `file:12`: the line of a text file, as editors count, else the row's number. */
  readonly where: string;
  /** Names of all columns, of which some may have been left unread. */
  readonly columns: readonly string[];
  /** Values: text, numbers, big integers, `ExactNumber`s, booleans, dates, lists, objects, or null. */
  readonly cells: Readonly<Record<string, unknown>>;
}

/** A row, or why there is none at that place. */
export type Read = TableRow | SelftrainError;

/** Names under which datasets usually keep what is asked. */
const usualPromptColumns = [
  "prompt",
  "question",
  "problem",
  "messages",
  "conversations",
  "instruction",
  "input",
];

/**
 * A column's value. Throws `column-missing` with the columns that the row has; `setting` is what a user sets to the name of another, and
 * left out where the name is fixed; `otherwise` is what else may be done, where a row may do without a value.
 */
export function columnOf(
  { where, columns, cells }: TableRow,
  column: string,
  setting?: string,
  otherwise?: string,
): unknown {
  if (Object.hasOwn(cells, column)) return cells[column];
  throw new SelftrainError({
    code: "column-missing",
    message: `A row has no column "${column}".`,
    found: columns,
    expected: column,
    where,
    remedy:
      columns.length === 0
        ? "The row is empty: fill or delete it."
        : `${suggestion(column, columns, setting, otherwise)} The row's columns are ${columns.join(", ")}.`,
  });
}

/** What separates a header that was read as one column: files are not always written with commas. */
const otherDelimiter = ([only, ...more]: readonly string[]): string | undefined =>
  more.length === 0 ? /[;|\t,]/.exec(only ?? "")?.[0] : undefined;

function suggestion(
  column: string,
  present: readonly string[],
  setting: string | undefined,
  otherwise: string | undefined,
): string {
  const delimiter = otherDelimiter(present);
  if (delimiter !== undefined)
    return `The header seems to be separated by ${JSON.stringify(delimiter)}: a .csv is read with commas, a .tsv with tabs.`;
  const usual = present.filter((name) => usualPromptColumns.includes(name));
  const alike = nearest(column, present);
  const [name, ...others] = alike.length > 0 || !usualPromptColumns.includes(column) ? alike : usual;
  const or = otherwise === undefined ? "" : `, ${otherwise}`;
  const naming = (meant: string) =>
    setting === undefined ? `Rename ${meant} to "${column}"${or}.` : `Set ${setting} to ${meant}${or}.`;
  return name !== undefined && others.length === 0
    ? `Did you mean "${name}"? ${naming("it")}`
    : naming("the column that is meant");
}

/** A column that must hold text with something in it. Throws `column-missing` and `column-not-text`. */
export function textColumn(row: TableRow, column: string, setting?: string): string {
  const value = columnOf(row, column, setting);
  if (typeof value === "string" && value.trim() !== "") return value;
  const blank = value === null || typeof value === "string";
  throw new SelftrainError({
    code: "column-not-text",
    message: `The column "${column}" ${blank ? "is empty" : "is not text"}.`,
    found: value,
    expected: "a string that is not blank",
    where: row.where,
    remedy: blank ? "Fill the column or delete the row." : "Write it as text, or delete the row.",
  });
}
