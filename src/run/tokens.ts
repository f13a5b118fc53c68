/**
 * Tokens of a step's rollouts, as `tokens/step-000012.parquet`, where the run keeps them: columns are the fields of `TokenRow`, rows stand as those of
 * the rollouts do. The bytes are a function of the rows and of DuckDB's version.
 */
import fs from "node:fs";
import { join } from "node:path";
import { quoteName } from "../io/fs/duckdb.js";
import { makeFolder } from "../io/fs/folder.js";
import { type Columns, readParquetRows, writeParquet } from "../io/fs/parquet.js";
import { listRollouts } from "./rollouts.js";
import type { TokenRow } from "./run-directory.js";
import { stepName } from "./step-name.js";

const columns: Columns<TokenRow> = {
  step: "INTEGER",
  group: "INTEGER",
  sample: "INTEGER",
  tokenIds: "INTEGER[]",
  tokenTexts: "VARCHAR[]",
  logprobs: "FLOAT[]",
  entropies: "FLOAT[]",
};

/** A query with these columns and no rows. */
export const noTokens = `SELECT ${Object.entries(columns)
  .map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`)
  .join(", ")} WHERE false`;

const tokensFolder = (run: string): string => join(run, "tokens");

/** The file of a step, whether it is there or not. */
export const tokensFile = (run: string, step: number): string =>
  join(tokensFolder(run), `${stepName(step)}.parquet`);

/** Writes the tokens of a step durably and in one step, replacing those of an earlier attempt. */
export async function writeTokens(run: string, step: number, rows: readonly TokenRow[]): Promise<void> {
  makeFolder(tokensFolder(run), "write the tokens");
  await writeParquet(tokensFile(run, step), columns, rows, "write the tokens");
}

/** Throws as `readParquetRows` does. */
export async function readTokens(path: string): Promise<TokenRow[]> {
  const rows: TokenRow[] = [];
  for await (const row of readParquetRows(
    path,
    columns,
    "Restore the file, or delete it: nothing else needs it.",
  ))
    rows.push(row);
  return rows;
}

/** The files of a run with their steps, in step order. */
export const listTokens = (run: string): { step: number; path: string }[] => listRollouts(tokensFolder(run));

/** Deletes the tokens of later steps, which belong to a run that is given up. */
export function dropTokensAfter(run: string, last: number): void {
  for (const { step, path } of listTokens(run)) if (step > last) fs.rmSync(path, { force: true });
}
