/** A `.json` file: one array of objects, read by DuckDB an object at a time, or JSON Lines under another name. */
import { SelftrainError } from "../../errors.js";
import { quotePath, streamRows } from "../../io/fs/duckdb.js";
import type { DataFile } from "./files.js";
import { readJsonLines } from "./json-lines.js";
import { jsonRow } from "./json-row.js";
import { textOf } from "./lines.js";
import type { Read } from "./row.js";

/** Yields an error for each element that is no object, and one where the text stops being JSON, which is the end. */
export async function* readJson(file: DataFile): AsyncGenerator<Read, void> {
  if (!(await isArray(file.path))) {
    yield* readJsonLines(file);
    return;
  }
  let number = 0;
  try {
    const reader = `read_json_objects(${quotePath(file.path)}, format = 'array')`;
    for await (const { text } of streamRows(`SELECT json::VARCHAR AS text FROM ${reader}`)) {
      number++;
      yield jsonRow(String(text), file, number, number);
    }
  } catch (cause) {
    yield broken(file.path, cause as Error);
  }
}

/**
 * Whether the first character that is not blank opens an array, which is then read to its end: DuckDB does not notice that a
 * packed file is cut off or damaged, nor say which line is not UTF-8. Throws `file-unreadable` and `text-not-utf8`.
 */
async function isArray(path: string): Promise<boolean> {
  let first: string | undefined;
  for await (const text of textOf(path)) {
    first ??= text.trimStart()[0];
    if (first !== undefined && first !== "[") break;
  }
  return first === "[";
}

function broken(path: string, cause: Error): SelftrainError {
  const [, value, line] = /in record\/value (\d+): ([^\n]*)/.exec(cause.message) ?? [];
  const reason = line?.trimEnd().replace(/\.$/, "");
  return new SelftrainError(
    {
      code: "json-malformed",
      message: `${path} is not a JSON array of objects: ${reason ?? cause.message.split("\n")[0]}.`,
      expected: 'an array such as [{"prompt": "…"}, …]',
      // DuckDB counts the array as a value of its own.
      where: value === undefined ? path : `${path}:${Number(value) - 1}`,
      remedy: "Mend the element that is named; nothing can be read before.",
    },
    { cause },
  );
}
