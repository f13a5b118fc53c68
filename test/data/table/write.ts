/** The same rows in each format. Values are text or null. */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { quoteName, quoteText, withConnection } from "../../../src/io/fs/duckdb.js";

export type TextRow = Readonly<Record<string, string | null>>;

export const jsonLines = (rows: readonly TextRow[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const field = (value: string | null) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`);

export function csv(rows: readonly TextRow[], delimiter = ",", end = "\n"): string {
  const line = (values: readonly (string | null)[]) => `${values.map(field).join(delimiter)}${end}`;
  return [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].map(line).join("");
}

export function writePacked(path: string, text: string | Buffer): void {
  writeFileSync(path, gzipSync(text));
}

/** Any SQL query as a Parquet file. */
export async function writeParquet(path: string, query: string): Promise<void> {
  await withConnection((connection) =>
    connection.run(`COPY (${query}) TO ${quoteText(path)} (FORMAT parquet)`),
  );
}

export async function writeRowsAsParquet(path: string, rows: readonly TextRow[]): Promise<void> {
  const names = Object.keys(rows[0]!);
  await withConnection(async (connection) => {
    await connection.run(
      `CREATE TEMP TABLE t (${names.map((name) => `${quoteName(name)} VARCHAR`).join(", ")})`,
    );
    const appender = await connection.createAppender("t");
    for (const row of rows) {
      for (const name of names) {
        if (row[name] === null) appender.appendNull();
        else appender.appendVarchar(row[name]!);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY t TO ${quoteText(path)} (FORMAT parquet)`);
  });
}
