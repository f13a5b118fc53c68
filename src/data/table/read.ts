/** Rows of a dataset, in the order of the files, one in memory at a time. */
import { SelftrainError } from "../../errors.js";
import { refuseLfsPointer } from "../../io/fs/git-lfs.js";
import { readCsv } from "./csv.js";
import type { DataFile, Format } from "./files.js";
import { readJson } from "./json.js";
import { readJsonLines } from "./json-lines.js";
import { readParquet } from "./parquet.js";
import type { Read, TableRow } from "./row.js";

const readers: Readonly<
  Record<Format, (file: DataFile, wanted?: readonly string[]) => AsyncGenerator<Read, void>>
> = {
  "JSON Lines": readJsonLines,
  JSON: readJson,
  CSV: readCsv,
  TSV: readCsv,
  Parquet: readParquet,
};

/**
 * Every row, or, where one cannot be read, its error; a file that cannot be read on is an error as well, and the next
 * file follows. `wanted` names the columns that are needed; others may be missing from the cells.
 */
export async function* scanTable(
  files: readonly DataFile[],
  wanted?: readonly string[],
): AsyncGenerator<Read, void> {
  for (const file of files) {
    try {
      refuseLfsPointer(file.path);
      yield* readers[file.format](file, wanted);
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      yield error;
    }
  }
}

/** Every row. Throws the first error: `file-unreadable`, `git-lfs-pointer`, `text-not-utf8`, `jsonl-malformed`, `json-malformed`, `csv-malformed` or `parquet-malformed`. */
export async function* readTable(
  files: readonly DataFile[],
  wanted?: readonly string[],
): AsyncGenerator<TableRow, void> {
  for await (const row of scanTable(files, wanted)) {
    if (row instanceof SelftrainError) throw row;
    yield row;
  }
}
