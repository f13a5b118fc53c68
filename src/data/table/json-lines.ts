/** JSON Lines: an object a line. Blank lines are skipped. */
import type { DataFile } from "./files.js";
import { jsonRow } from "./json-row.js";
import { linesOf } from "./lines.js";
import type { Read } from "./row.js";

/** Yields a `jsonl-malformed` error for each line that is none; throws `file-unreadable` and `text-not-utf8`. */
export async function* readJsonLines(file: DataFile): AsyncGenerator<Read, void> {
  let number = 0;
  for await (const line of linesOf(file.path)) {
    if (line.text.trim() === "") continue;
    yield jsonRow(line.text, file, ++number, line.number);
  }
}
