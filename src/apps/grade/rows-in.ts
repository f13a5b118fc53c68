/** Rows of JSON lines on standard input. */
import type { DataFile } from "../../data/table/files.js";
import { jsonRow } from "../../data/table/json-row.js";
import { type Chunks, linesIn } from "../../data/table/lines.js";
import type { TableRow } from "../../data/table/row.js";
import { SelftrainError } from "../../errors.js";

const stdin: DataFile = { path: "standard input", name: "standard input", format: "JSON Lines" };

/** The rows of JSON lines. Throws `jsonl-malformed` and `text-not-utf8`. */
export async function* rowsIn(chunks: Chunks): AsyncGenerator<TableRow, void> {
  let number = 0;
  for await (const line of linesIn(chunks, stdin.name)) {
    if (line.text.trim() === "") continue;
    const row = jsonRow(line.text, stdin, ++number, line.number);
    if (row instanceof SelftrainError) throw row;
    yield row;
  }
}
