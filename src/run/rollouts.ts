/**
 * Every rollout of a step, as `rollouts/step-000012.parquet`: columns are the fields of `RolloutRow`, in row order.
 * Read them with anything that reads Parquet, for example `duckdb -c "select * from 'rollouts/*.parquet'"`.
 *
 * The bytes are a function of the rows and of DuckDB's version, so that a resumed run can be compared with an
 * undisturbed one file by file: one thread, and so one order of row groups.
 */
import fs from "node:fs";
import { basename, join, sep } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SelftrainError } from "../errors.js";
import { quoteName, quotePath, withConnection } from "../io/fs/duckdb.js";
import { guardFsAsync } from "../io/fs/fs-errors.js";
import { type ColumnType, writeParquet } from "../io/fs/parquet.js";
import type { RolloutRow } from "./run-directory.js";
import { parseStepName, stepName } from "./step-name.js";

const columns: Readonly<Record<keyof RolloutRow, ColumnType>> = {
  step: "INTEGER",
  group: "INTEGER",
  sample: "INTEGER",
  sampledBy: "VARCHAR",
  trained: "BOOLEAN",
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
  score: "DOUBLE",
  advantage: "DOUBLE",
  meanLogprob: "DOUBLE",
  rejected: "VARCHAR",
  sumLogprob: "DOUBLE",
  kl: "DOUBLE",
  modelScore: "DOUBLE",
};
const names = Object.keys(columns) as (keyof RolloutRow)[];
/** Columns that runs of earlier versions do not have, and what they are read as. */
const added: Partial<Record<keyof RolloutRow, string>> = {
  sampledBy: "'policy'",
  trained: "TRUE",
  score: "NULL",
  rejected: "NULL",
  sumLogprob: "NULL",
  kl: "NULL",
  modelScore: "NULL",
};

/** Writes the rows of a step durably and in one step, replacing those of an earlier attempt. Returns the file. */
export async function writeRollouts(
  folder: string,
  step: number,
  rows: readonly RolloutRow[],
): Promise<string> {
  const path = join(folder, `${stepName(step)}.parquet`);
  await writeParquet(path, columns, rows, "write the rollouts");
  return path;
}

/** The query that gives the rows of a table of rollouts in the columns of this version. */
export async function rolloutsQuery(
  connection: Pick<DuckDBConnection, "run">,
  table: string,
): Promise<string> {
  const present = new Set((await connection.run(`SELECT * FROM ${table} LIMIT 0`)).columnNames());
  const selected = names.map((name) =>
    present.has(name) || added[name] === undefined
      ? quoteName(name)
      : `CAST(${added[name]} AS ${columns[name]}) AS ${quoteName(name)}`,
  );
  return `SELECT ${selected.join(", ")} FROM ${table}`;
}

/** A query with these columns and no rows. */
export const noRollouts = `SELECT ${names.map((name) => `NULL::${columns[name]} AS ${quoteName(name)}`).join(", ")} WHERE false`;

/** The rows of a rollouts file, in the order they were written. */
export async function readRollouts(path: string): Promise<RolloutRow[]> {
  return guardFsAsync("read the rollouts", path, async () => {
    if (!fs.statSync(path).isFile()) {
      throw Object.assign(new Error("a rollouts file is a single file"), { code: "EISDIR" });
    }
    try {
      return await withConnection(async (connection) => {
        const reader = await connection.runAndReadAll(
          await rolloutsQuery(connection, `read_parquet(${quotePath(path)})`),
        );
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
          remedy: remedyFor(path),
        },
        { cause },
      );
    }
  });
}

/** Only steps after the checkpoint that a run goes on from are done again. */
function remedyFor(path: string): string {
  const step = parseStepName(basename(path, ".parquet"));
  return step === null
    ? "Restore the file."
    : `Restore the file. Or delete it and the checkpoints of step ${step} and later: --resume then writes it again.`;
}

/** The rollouts files in a folder with their steps, in step order. */
export function listRollouts(folder: string): { step: number; path: string }[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const step = name.endsWith(".parquet") ? parseStepName(name.slice(0, -".parquet".length)) : null;
      return step === null ? [] : [{ step, path: `${folder}${sep}${name}` }];
    })
    .sort((a, b) => a.step - b.step);
}
