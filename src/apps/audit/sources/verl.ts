/**
 * verl's rollouts, as `trainer.rollout_data_dir` writes them: a file a step, `12.jsonl`, a rollout a line with input, output, gts (the true answer, or
 * null), score, step, and what the reward function added (verl/trainer/ppo/ray_trainer.py, `_log_rollout_data`). A batch is balanced over
 * devices before it is written, so that the rollouts of a prompt do not stand together, and no group is named.
 */
import { basename } from "node:path";
import type { DataFile } from "../../../data/table/files.js";
import { readTable } from "../../../data/table/read.js";
import type { AuditSource } from "../source.js";
import { importedSource } from "./imported.js";
import {
  type AnswerReader,
  columnNamed,
  type ImportColumns,
  type ImportedRow,
  rowByPrompt,
} from "./imported-row.js";

export function verlSource(
  path: string,
  files: readonly DataFile[],
  reader: AnswerReader,
  { rewardColumn, truthColumn }: ImportColumns,
): AuditSource {
  const [reward, truth] = [columnNamed(rewardColumn, "score"), columnNamed(truthColumn, "gts")];
  return importedSource({
    path,
    format: "verl",
    omissions: [{ what: "the Goodhart curve", why: "verl's rollouts hold no KL" }],
    async *rows(): AsyncGenerator<ImportedRow, void> {
      const columns = { prompt: "input", completion: "output", reward, truth };
      for await (const row of readTable(byNumber(files))) yield rowByPrompt(row, columns, reader);
      reader.check();
    },
  });
}

/** `2.jsonl` before `10.jsonl`: names without leading zeros do not sort as steps do. */
const byNumber = (files: readonly DataFile[]): DataFile[] =>
  files.toSorted((a, b) => Number.parseInt(basename(a.path), 10) - Number.parseInt(basename(b.path), 10));
