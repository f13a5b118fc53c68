/**
 * Every rollout of a step, as `rollouts/step-000012.parquet`: columns are the fields of `RolloutRow`, in row order.
 * Read them with anything that reads Parquet, for example `duckdb -c "select * from 'rollouts/*.parquet'"`.
 *
 * The bytes are a function of the rows and of DuckDB's version, so that a resumed run can be compared with an
 * undisturbed one file by file: one thread, and so one order of row groups.
 */
import fs from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SelftrainError } from "../errors.js";
import { commitFile, partialPath, syncFile } from "../fs/atomic.js";
import { quoteName, quotePath, quoteText, withConnection } from "../fs/duckdb.js";
import { fsError, guardFsAsync } from "../fs/fs-errors.js";
import type { RolloutRow } from "./run-directory.js";
import { parseStepName, stepName } from "./step-name.js";

type ColumnType = "INTEGER" | "DOUBLE" | "VARCHAR";

const columns: Readonly<Record<keyof RolloutRow, ColumnType>> = {
  step: "INTEGER",
  group: "INTEGER",
  sample: "INTEGER",
  promptId: "VARCHAR",
  prompt: "VARCHAR",
  completion: "VARCHAR",
  tokens: "INTEGER",
  finish: "VARCHAR",
  answer: "VARCHAR",
  graderError: "VARCHAR",
  voteLabel: "VARCHAR",
  voteShare: "DOUBLE",
  rewardLabel: "VARCHAR",
  reward: "DOUBLE",
  advantage: "DOUBLE",
  meanLogprob: "DOUBLE",
  sumLogprob: "DOUBLE",
  kl: "DOUBLE",
};
const names = Object.keys(columns) as (keyof RolloutRow)[];
/** Columns that runs of earlier versions do not have: they are read as null. */
const added: readonly (keyof RolloutRow)[] = ["sumLogprob", "kl"];

/** Writes the rows of a step durably and in one step, replacing those of an earlier attempt. Returns the file. */
export async function writeRollouts(
  folder: string,
  step: number,
  rows: readonly RolloutRow[],
): Promise<string> {
  const path = join(folder, `${stepName(step)}.parquet`);
  const partial = partialPath(path);
  try {
    await withConnection(async (connection) => {
      const definition = names.map((name) => `${quoteName(name)} ${columns[name]}`).join(", ");
      await connection.run(`CREATE TEMP TABLE rollouts (${definition})`);
      await appendRows(connection, rows);
      await connection.run(`COPY rollouts TO ${quoteText(partial)} (FORMAT parquet, COMPRESSION zstd)`);
    });
    syncFile(partial);
    commitFile(partial, path);
    return path;
  } catch (cause) {
    fs.rmSync(partial, { force: true });
    throw fsError(cause, "write the rollouts", path);
  }
}

/** The rows of a rollouts file, in the order they were written. */
export async function readRollouts(path: string): Promise<RolloutRow[]> {
  return guardFsAsync("read the rollouts", path, async () => {
    if (!fs.statSync(path).isFile()) {
      throw Object.assign(new Error("a rollouts file is a single file"), { code: "EISDIR" });
    }
    try {
      return await withConnection(async (connection) => {
        const table = `read_parquet(${quotePath(path)})`;
        const present = new Set((await connection.run(`SELECT * FROM ${table} LIMIT 0`)).columnNames());
        const selected = names.map((name) =>
          added.includes(name) && !present.has(name) ? `NULL AS ${quoteName(name)}` : quoteName(name),
        );
        const reader = await connection.runAndReadAll(`SELECT ${selected.join(", ")} FROM ${table}`);
        return reader.getRowObjectsJS() as unknown as RolloutRow[];
      });
    } catch (cause) {
      throw new SelftrainError(
        {
          code: "rollouts-corrupt",
          message: "The file cannot be read as the rollouts of a step.",
          found: (cause as Error).message.split("\n")[0],
          expected: `Parquet with the columns ${names.join(", ")}`,
          where: path,
          remedy:
            "Restore the file, or delete it: --resume writes the steps after the last checkpoint again.",
        },
        { cause },
      );
    }
  });
}

/** The rollouts files in a folder with their steps, in step order. */
export function listRollouts(folder: string): { step: number; path: string }[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const step = name.endsWith(".parquet") ? parseStepName(name.slice(0, -".parquet".length)) : null;
      return step === null ? [] : [{ step, path: join(folder, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

async function appendRows(connection: DuckDBConnection, rows: readonly RolloutRow[]): Promise<void> {
  const appender = await connection.createAppender("rollouts");
  for (const row of rows) {
    for (const name of names) {
      const value = row[name];
      if (value === null) appender.appendNull();
      else if (typeof value === "string") appender.appendVarchar(value);
      else if (columns[name] === "INTEGER") appender.appendInteger(value);
      else appender.appendDouble(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
