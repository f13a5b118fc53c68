/** Tables of rows, their cells flat or lists, as Parquet files, written in one step and read back checked. */
import fs from "node:fs";
import { type DuckDBListType, FLOAT, INTEGER, LIST, VARCHAR } from "@duckdb/node-api";
import { SelftrainError } from "../../errors.js";
import { commitFile, partialPath, syncFile } from "./atomic.js";
import { quoteName, quotePath, quoteText, streamRows, withConnection } from "./duckdb.js";
import { fsError } from "./fs-errors.js";

/** A cell of a list type is an array; `FLOAT[]` holds what a Float32Array does, to the bit. */
const lists = {
  "INTEGER[]": LIST(INTEGER),
  "FLOAT[]": LIST(FLOAT),
  "VARCHAR[]": LIST(VARCHAR),
} as const satisfies Readonly<Record<string, DuckDBListType>>;

export type ColumnType = "INTEGER" | "DOUBLE" | "VARCHAR" | "BOOLEAN" | keyof typeof lists;

/** Type of each column; `| null` where it may be empty. */
export type Columns<Row> = Readonly<Record<keyof Row & string, ColumnType | `${ColumnType} | null`>>;

const listType = (column: ColumnType): DuckDBListType => lists[column as keyof typeof lists];

export type Cell = string | number | boolean | null | readonly (string | number)[];

const typeOf = (column: ColumnType | `${ColumnType} | null`) => column.replace(" | null", "") as ColumnType;

/**
 * Writes the rows durably and in one step, replacing what is there. `action` says in an infinitive what failed. The bytes are a function of
 * the rows and of DuckDB's version.
 */
export async function writeParquet<Row extends Readonly<Record<keyof Row, Cell>>>(
  path: string,
  columns: Columns<Row>,
  rows: readonly Row[],
  action: string,
): Promise<void> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  await publish(path, action, (partial) =>
    withConnection(async (connection) => {
      const definition = names.map((name) => `${quoteName(name)} ${typeOf(columns[name])}`).join(", ");
      await connection.run(`CREATE TEMP TABLE written (${definition})`);
      const appender = await connection.createAppender("written");
      for (const row of rows) {
        for (const name of names) {
          const value: Cell = row[name];
          if (value === null) appender.appendNull();
          else if (typeof value === "object") appender.appendList(value, listType(typeOf(columns[name])));
          else if (typeof value === "string") appender.appendVarchar(value);
          else if (typeof value === "boolean") appender.appendBoolean(value);
          else if (typeOf(columns[name]) === "INTEGER") appender.appendInteger(value);
          else appender.appendDouble(value);
        }
        appender.endRow();
      }
      appender.closeSync();
      await connection.run(`COPY written TO ${quoteText(partial)} (FORMAT parquet, COMPRESSION zstd)`);
    }),
  );
}

/** Writes the rows of several Parquet files, one file after the other, as one; they pass through memory a few at a time. */
export async function joinParquet(path: string, parts: readonly string[], action: string): Promise<void> {
  await copyToParquet(path, `FROM read_parquet([${parts.map(quotePath).join(", ")}])`, action);
}

/** The same of the rows of a query. A row group ends where a part of the query does, once it has `rowGroupRows`. */
export async function copyToParquet(
  path: string,
  query: string,
  action: string,
  rowGroupRows?: number,
): Promise<void> {
  const size = rowGroupRows === undefined ? "" : `, ROW_GROUP_SIZE ${rowGroupRows}`;
  await publish(path, action, (partial) =>
    withConnection((connection) =>
      connection.run(`COPY (${query}) TO ${quoteText(partial)} (FORMAT parquet, COMPRESSION zstd${size})`),
    ),
  );
}

async function publish(
  path: string,
  action: string,
  write: (partial: string) => Promise<unknown>,
): Promise<void> {
  const partial = partialPath(path);
  try {
    await write(partial);
    syncFile(partial);
    commitFile(partial, path);
  } catch (cause) {
    fs.rmSync(partial, { force: true });
    throw fsError(cause, action, path);
  }
}

/**
 * The rows of a file in order, a few at a time, with these columns and no others. Throws `parquet-malformed` where the file cannot be read,
 * and `parquet-column` where a column is missing, is of another type, or is empty where it must not be: file, column and row are named.
 * `remedy` says what to do then. A column of `added` that is missing is read as null.
 */
export async function* readParquetRows<Row>(
  path: string,
  columns: Columns<Row>,
  remedy: string,
  added: readonly string[] = [],
): AsyncGenerator<Row, void> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const table = `read_parquet(${quotePath(path)})`;
  const present = new Map<string, string>();
  let number = 0;
  try {
    for await (const { column_name, column_type } of streamRows(`DESCRIBE FROM ${table}`))
      present.set(String(column_name), String(column_type));
    const isAbsent = (name: string): boolean => added.includes(name) && !present.has(name);
    for (const name of names)
      if (!isAbsent(name)) checkColumn(path, name, typeOf(columns[name]), present, remedy);
    const selected = names.map((name) => (isAbsent(name) ? `NULL AS ${quoteName(name)}` : quoteName(name)));
    for await (const row of streamRows(`SELECT ${selected.join(", ")} FROM ${table}`)) {
      number++;
      const empty = names.find((name) => row[name] === null && !columns[name].endsWith("| null"));
      if (empty !== undefined)
        throw new SelftrainError({
          code: "parquet-column",
          message: `The column "${empty}" of ${path} is empty in row ${number}.`,
          found: null,
          expected: typeOf(columns[empty]),
          where: `${path}:${number}, column ${empty}`,
          remedy,
        });
      yield row as Row;
    }
  } catch (cause) {
    if (cause instanceof SelftrainError) throw cause;
    const failure = fsError(cause, "read the table", path);
    if (failure instanceof SelftrainError) throw failure;
    throw new SelftrainError(
      {
        code: "parquet-malformed",
        message: `${path} cannot be read as Parquet: ${(cause as Error).message.split("\n")[0]}.`,
        found: `${number} rows before that`,
        expected: `Parquet with the columns ${names.join(", ")}`,
        where: path,
        remedy,
      },
      { cause },
    );
  }
}

function checkColumn(
  path: string,
  name: string,
  type: ColumnType,
  present: ReadonlyMap<string, string>,
  remedy: string,
): void {
  const found = present.get(name);
  if (found === type) return;
  throw new SelftrainError({
    code: "parquet-column",
    message:
      found === undefined
        ? `${path} has no column "${name}".`
        : `The column "${name}" of ${path} is of type ${found}, not ${type}.`,
    found: found ?? [...present.keys()],
    expected: `${name} ${type}`,
    where: `${path}, column ${name}`,
    remedy,
  });
}
