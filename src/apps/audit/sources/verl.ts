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
  numberIn,
  stepIn,
  textOf,
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
      for await (const row of readTable(byNumber(files))) {
        const input = textOf(row, "input");
        const completion = textOf(row, "output");
        yield {
          where: row.where,
          step: stepIn(row, "step"),
          promptId: input,
          prompt: input,
          group: null,
          sample: null,
          completion,
          answer: reader.answerIn(completion, input),
          reward: numberIn(row, reward.column, reward.named),
          truth: reader.truthOf(row, truth),
          kl: null,
        };
      }
      reader.check();
    },
  });
}

/** `2.jsonl` before `10.jsonl`: names without leading zeros do not sort as steps do. */
const byNumber = (files: readonly DataFile[]): DataFile[] =>
  files.toSorted((a, b) => Number.parseInt(basename(a.path), 10) - Number.parseInt(basename(b.path), 10));
