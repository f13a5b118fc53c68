/** Results of SQL for people and for spreadsheets. */
import type { SqlColumn, SqlResult } from "../apps/sql/query.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

/** Characters of a cell of the table; completions are long. */
const WIDEST = 60;

/** Columns under their names; cells that are longer than a line has room for are cut, with an ellipsis. */
export function sqlTable({ columns, rows }: SqlResult, paint: Paint): string {
  if (columns.length === 0) return "";
  const cells = rows.map((row) => row.map((value) => cut(text(value))));
  const counted = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  return `${table(
    columns.map(({ name }) => name),
    cells,
    paint,
    "text",
  )}\n${paint("dim", counted)}`;
}

/** A line of CSV. Null is an empty field, an empty text is `""`, and lists and structures are JSON. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(csvField).join(",")}\n`;

export const csvHeader = (columns: readonly SqlColumn[]): string => csvLine(columns.map(({ name }) => name));

function csvField(value: unknown): string {
  if (value === null || value === undefined) return "";
  const written = text(value);
  return written === "" || /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function cut(cell: string): string {
  const line = cell.replace(/\s+/g, " ");
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}
