/** Records as a table of DuckDB: a column a name, its type that of the values. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../../io/fs/duckdb.js";

/** A flat record; a list is of numbers. */
export type TableRecord = Readonly<Record<string, unknown>>;

/** Numbers are DOUBLE but in these columns, and values that differ in kind are text. */
const WHOLE: ReadonlySet<string> = new Set(["step"]);

/** Makes a table with at least the columns of `always`, which have these types. */
export async function createTable(
  connection: DuckDBConnection,
  name: string,
  records: readonly TableRecord[],
  always: Readonly<Record<string, string>>,
): Promise<void> {
  const types = new Map(Object.entries(always));
  for (const record of records)
    for (const [key, value] of Object.entries(record)) {
      if (key in always || value === null || value === undefined) {
        if (!types.has(key)) types.set(key, "");
      } else {
        const own = typeOf(key, value);
        const known = types.get(key);
        types.set(key, known === undefined || known === "" || known === own ? own : "VARCHAR");
      }
    }
  const columns = [...types].map(([key, type]) => [key, type === "" ? "DOUBLE" : type] as const);
  await createFromLines(
    connection,
    name,
    records.map((record) => JSON.stringify(record)),
    Object.fromEntries(columns),
  );
}

/** The same of lines of JSON, of columns with these types. */
export async function createFromLines(
  connection: DuckDBConnection,
  name: string,
  lines: readonly string[],
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  await connection.run("CREATE TEMP TABLE json_lines (line VARCHAR)");
  const appender = await connection.createAppender("json_lines");
  for (const line of lines) {
    appender.appendVarchar(line);
    appender.endRow();
  }
  appender.closeSync();
  const structure = quoteText(JSON.stringify(columns));
  const selected = Object.keys(columns).map((key) => `record.${quoteName(key)}`);
  await connection.run(
    `CREATE TABLE ${quoteName(name)} AS SELECT ${selected.join(", ")} FROM (SELECT from_json(line, ${structure}) AS record FROM json_lines)`,
  );
  await connection.run("DROP TABLE json_lines");
}

function typeOf(key: string, value: unknown): string {
  if (typeof value === "number") return WHOLE.has(key) ? "INTEGER" : "DOUBLE";
  if (typeof value === "boolean") return "BOOLEAN";
  return Array.isArray(value) ? "DOUBLE[]" : "VARCHAR";
}
