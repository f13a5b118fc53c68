/** The one in-memory DuckDB of a process: Parquet and JSON, read and written with SQL. */
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTypeId,
  type DuckDBValueConverter,
  JSDuckDBValueConverter,
} from "@duckdb/node-api";
import { type ExactNumber, exactNumber } from "../../exact-number.js";

/** A cell: HUGEINT and BIGINT are big integers; a DECIMAL is a number where that keeps all of its digits. */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | ExactNumber
  | SqlValue[]
  | { [key: string]: SqlValue };

/** As DuckDB's own, which would make a double of every DECIMAL. */
export const exactly: DuckDBValueConverter<SqlValue> = (value, type, converter) =>
  type.typeId === DuckDBTypeId.DECIMAL && value !== null
    ? exactNumber(String(value))
    : (JSDuckDBValueConverter as DuckDBValueConverter<SqlValue>)(value, type, converter);

let shared: Promise<DuckDBInstance> | undefined;

async function connect(): Promise<DuckDBConnection> {
  shared ??= DuckDBInstance.create(":memory:", {
    // One thread, and so one order of rows and of row groups.
    threads: "1",
    // What we read is built in; nothing may be fetched from the network.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  return (await shared).connect();
}

/** A connection, with its own temporary tables, for the time of a call. */
export async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
}

/** The rows of a query in order, some 2,000 in memory at a time. */
export async function* streamRows(query: string): AsyncGenerator<Record<string, SqlValue>, void> {
  const connection = await connect();
  try {
    const result = await connection.stream(query);
    for await (const rows of result.yieldConvertedRowObjects(exactly)) yield* rows;
  } finally {
    connection.closeSync();
  }
}

/** A string literal of SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The name of a column in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as a literal for functions that read files, which take `*`, `?` and `[` for patterns. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[[*?]/g, "[$&]"));
}
