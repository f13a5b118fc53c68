/**
 * TRL's completions, as GRPOTrainer writes them with `log_completions`: `completions/completions_00012.parquet`, a row a rollout with step, prompt,
 * completion, a column for each reward function, those of `log_extra`, and advantage (trl/trainer/grpo_trainer.py, `log`, version 1.13). Only
 * the last generation batch before each logging step is kept, and it is written again at steps that train on it again.
 */
import type { DataFile } from "../../../data/table/files.js";
import { readTable } from "../../../data/table/read.js";
import { SelftrainError } from "../../../errors.js";
import { quotePath, streamRows } from "../../../io/fs/duckdb.js";
import type { AuditSource } from "../source.js";
import { importedSource } from "./imported.js";
import {
  type AnswerReader,
  columnNamed,
  type ImportColumns,
  type ImportedRow,
  rowByPrompt,
} from "./imported-row.js";

/** Columns that are no reward. */
const OWN = new Set(["step", "prompt", "completion", "advantage"]);

/** Throws `audit-reward-column` where the reward cannot be told from other columns. */
export async function trlSource(
  path: string,
  files: readonly DataFile[],
  reader: AnswerReader,
  { rewardColumn, truthColumn }: ImportColumns,
): Promise<AuditSource> {
  const truth = columnNamed(truthColumn, "truth");
  const reward = await rewardIn(files[0]!, rewardColumn, truth.column);
  const wanted = ["step", "prompt", "completion", truth.column, ...(reward === null ? [] : [reward])];
  return importedSource({
    path,
    format: "trl",
    logsAgain: true,
    omissions: [{ what: "the Goodhart curve", why: "TRL's completions hold no KL" }],
    async *rows(): AsyncGenerator<ImportedRow, void> {
      const columns = {
        prompt: "prompt",
        completion: "completion",
        reward: reward === null ? null : { column: reward, named: false },
        truth,
      };
      for await (const row of readTable(files, wanted)) yield rowByPrompt(row, columns, reader);
      reader.check();
    },
  });
}

/** The column named, or the only one of floating-point numbers; null where there is none. */
async function rewardIn(
  file: DataFile,
  named: string | undefined,
  truthColumn: string,
): Promise<string | null> {
  const columns: { name: string; numeric: boolean }[] = [];
  for await (const { column_name, column_type } of streamRows(
    `DESCRIBE FROM read_parquet(${quotePath(file.path)})`,
  ))
    columns.push({ name: String(column_name), numeric: /^(DOUBLE|FLOAT)$/.test(String(column_type)) });
  const candidates = columns.flatMap(({ name, numeric }) =>
    numeric && !OWN.has(name) && name !== truthColumn ? [name] : [],
  );
  if (named !== undefined && columns.some(({ name }) => name === named)) return named;
  if (named === undefined && candidates.length <= 1) return candidates[0] ?? null;
  throw new SelftrainError({
    code: "audit-reward-column",
    message:
      named === undefined
        ? "The completions have several columns of rewards."
        : `There is no column "${named}".`,
    found: named === undefined ? candidates : columns.map(({ name }) => name),
    expected: "one column with the reward that training maximised",
    where: file.path,
    remedy: "Name it with --reward-column.",
  });
}
