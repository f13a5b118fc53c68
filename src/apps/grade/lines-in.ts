/** Lines of a stream, such as standard input, and the rows that they are. */
import type { DataFile } from "../../data/table/files.js";
import { jsonRow } from "../../data/table/json-row.js";
import type { Line } from "../../data/table/lines.js";
import type { TableRow } from "../../data/table/row.js";
import { SelftrainError } from "../../errors.js";

export type Chunks = AsyncIterable<string | Uint8Array>;

/** Lines end in a line feed alone, as in files. */
export async function* linesIn(chunks: Chunks): AsyncGenerator<Line, void> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = "";
  for await (const chunk of chunks) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) yield { number: ++number, text: line };
  }
  rest += decoder.decode();
  if (rest !== "") yield { number: ++number, text: rest };
}

const stdin: DataFile = { path: "standard input", name: "standard input", format: "JSON Lines" };

/** The rows of JSON lines. Throws `jsonl-malformed`. */
export async function* rowsIn(chunks: Chunks): AsyncGenerator<TableRow, void> {
  let number = 0;
  for await (const line of linesIn(chunks)) {
    if (line.text.trim() === "") continue;
    const row = jsonRow(line.text, stdin, ++number, line.number);
    if (row instanceof SelftrainError) throw row;
    yield row;
  }
}
