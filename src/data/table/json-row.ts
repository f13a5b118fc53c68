/** The JSON text of one row. */
import { SelftrainError } from "../../errors.js";
import { parseJson } from "./exact-json.js";
import type { DataFile } from "./files.js";
import type { Read } from "./row.js";

/** `place` is the line, or what else is counted in the file. */
export function jsonRow(text: string, file: DataFile, number: number, place: number): Read {
  const where = `${file.path}:${place}`;
  let value: unknown;
  let reason = "it is not an object";
  try {
    value = parseJson(text);
  } catch (error) {
    reason = (error as Error).message;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const cells = value as Record<string, unknown>;
    return { file, number, where, columns: Object.keys(cells), cells };
  }
  return new SelftrainError({
    code: "jsonl-malformed",
    message: `A row is not a JSON object: ${reason}.`,
    found: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    expected: 'one JSON object a line, such as {"prompt": "…"}, or one array of them',
    where,
    remedy: "Mend or delete that row. JSON that is written over several lines has to be one array.",
  });
}
