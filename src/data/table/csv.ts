/**
 * CSV as RFC 4180 has it, with a header: fields in double quotes may hold delimiters, line breaks and doubled quotes.
 * Nothing is guessed, neither delimiters nor types: every field is text, and an empty one is null.
 */
import { SelftrainError } from "../../errors.js";
import type { DataFile } from "./files.js";
import { linesOf } from "./lines.js";
import type { Read } from "./row.js";

interface CsvRecord {
  /** Line that the record starts in. */
  readonly line: number;
  readonly fields: readonly string[];
  /** What is wrong with it. */
  readonly fault?: string;
}

/** Longest quoted field: a quote that is never closed must not take the rest of a large file into memory. */
const LONGEST = 2 ** 24;

/** Yields a `csv-malformed` error for each record that is none; throws `file-unreadable` and `text-not-utf8`. */
export async function* readCsv(file: DataFile): AsyncGenerator<Read, void> {
  const at = (line: number) => `${file.path}:${line}`;
  let columns: readonly string[] | undefined;
  let number = 0;
  for await (const { line, fields, fault } of records(file)) {
    if (columns === undefined) {
      if (fault !== undefined) throw malformed(fault, at(line));
      columns = fields;
      const twice = fields.find((name, i) => name !== "" && fields.indexOf(name) < i);
      if (twice !== undefined) throw malformed(`the header names the column "${twice}" twice`, at(line));
      continue;
    }
    number++;
    const { length } = columns;
    if (fault !== undefined) yield malformed(fault, at(line));
    else if (fields.length !== length)
      yield malformed(`the header has ${length} fields, and it has ${fields.length}`, at(line));
    else {
      const cells = Object.fromEntries(fields.map((field, i) => [columns![i]!, field === "" ? null : field]));
      yield { file, number, where: at(line), columns, cells };
    }
  }
}

/** The records of a file; blank lines between them are skipped. Reading ends after a quote that is never closed. */
async function* records({ path, format }: DataFile): AsyncGenerator<CsvRecord, void> {
  const delimiter = format === "TSV" ? "\t" : ",";
  let fields: string[] = [];
  let first = 0;
  /** What a quoted field holds so far, while it is open. */
  let open: string | null = null;

  lines: for await (const { number, text } of linesOf(path)) {
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    let at = 0;
    if (open === null) {
      if (text.trim() === "" && (delimiter !== "\t" || end === 0)) continue;
      fields = [];
      first = number;
    }
    for (;;) {
      if (open === null && text[at] === '"') {
        open = "";
        at++;
      }
      if (open === null) {
        const next = text.indexOf(delimiter, at);
        const stop = next < 0 ? end : next;
        fields.push(text.slice(at, stop));
        at = stop;
      } else {
        const quote = text.indexOf('"', at);
        if (quote < 0) {
          open += `${text.slice(at)}\n`;
          if (open.length > LONGEST) break lines;
          continue lines;
        }
        open += text.slice(at, quote);
        at = quote + 1;
        if (text[at] === '"') {
          open += '"';
          at++;
          continue;
        }
        fields.push(open);
        open = null;
        if (at < end && text[at] !== delimiter) {
          yield { line: first, fields, fault: `text follows the closing quote of field ${fields.length}` };
          continue lines;
        }
      }
      if (at >= end) break;
      at++;
    }
    yield { line: first, fields };
  }
  if (open !== null) {
    const fault = `the quote that opens field ${fields.length + 1} is never closed, and nothing after it can be read`;
    yield { line: first, fields, fault };
  }
}

function malformed(reason: string, where: string): SelftrainError {
  return new SelftrainError({
    code: "csv-malformed",
    message: `A record cannot be read: ${reason}.`,
    expected:
      'as many fields as the header has; one that holds a delimiter, a line break or a quote (doubled) in "…"',
    where,
    remedy: "Mend or delete that record.",
  });
}
