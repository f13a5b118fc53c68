/** Parquet, read by DuckDB: of each row only the columns that are asked for. A NaN is a value that is missing. */
import { SelftrainError } from "../../errors.js";
import { quoteName, quotePath, streamRows } from "../../io/fs/duckdb.js";
import type { DataFile } from "./files.js";
import type { Read } from "./row.js";

/** Yields a `parquet-malformed` error where the file cannot be read, or not further. */
export async function* readParquet(file: DataFile, wanted?: readonly string[]): AsyncGenerator<Read, void> {
  const table = `read_parquet(${quotePath(file.path)})`;
  let number = 0;
  try {
    const columns: string[] = [];
    for await (const { column_name } of streamRows(`DESCRIBE FROM ${table}`))
      columns.push(String(column_name));
    const read = wanted === undefined ? columns : columns.filter((name) => wanted.includes(name));
    // Without any column of the file, its rows are still rows.
    const selected = read.length === 0 ? "NULL" : read.map(quoteName).join(", ");
    for await (const values of streamRows(`SELECT ${selected} FROM ${table}`)) {
      number++;
      // How pandas writes that a column of numbers has no value here.
      const cells = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
      );
      yield { file, number, where: `${file.path}:${number}`, columns, cells };
    }
  } catch (cause) {
    yield new SelftrainError(
      {
        code: "parquet-malformed",
        message: `${file.path} cannot be read as Parquet: ${(cause as Error).message.split("\n")[0]}.`,
        found: `${number} rows before that`,
        expected: "a whole Parquet file",
        where: file.path,
        remedy: "Fetch or write the file again.",
      },
      { cause },
    );
  }
}
