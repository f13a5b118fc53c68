/** Rollouts as JSON Lines: one a line, in ascending order of their steps, with the columns that docs/how-to/audit.md lists. */
import type { DataFile } from "../../../data/table/files.js";
import { readTable } from "../../../data/table/read.js";
import type { TableRow } from "../../../data/table/row.js";
import { SelftrainError } from "../../../errors.js";
import type { AuditSource } from "../source.js";
import { importedSource } from "./imported.js";
import {
  type AnswerReader,
  columnNamed,
  type ImportColumns,
  type ImportedRow,
  type NamedColumn,
  numberIn,
  optionalText,
  stepIn,
  textOf,
} from "./imported-row.js";

export function jsonlSource(
  path: string,
  files: readonly DataFile[],
  reader: AnswerReader,
  { rewardColumn, truthColumn }: ImportColumns,
): AuditSource {
  const columns = { reward: columnNamed(rewardColumn, "reward"), truth: columnNamed(truthColumn, "truth") };
  return importedSource({
    path,
    format: "jsonl",
    async *rows() {
      for await (const row of readTable(files)) yield rolloutOf(row, reader, columns);
      reader.check();
    },
  });
}

interface Columns {
  readonly reward: NamedColumn;
  readonly truth: NamedColumn;
}

function rolloutOf(row: TableRow, reader: AnswerReader, columns: Columns): ImportedRow {
  const id = optionalText(row, "promptId");
  const prompt = optionalText(row, "prompt");
  const promptId = id ?? prompt;
  if (promptId === null) throw without(row, "promptId, or prompt");
  const completion = optionalText(row, "completion");
  const given = optionalText(row, "answer");
  // An answer that is null is none; a row without the key has one in its text.
  const answered = Object.hasOwn(row.cells, "answer");
  if (completion === null && !answered) throw without(row, "completion, or answer");
  return {
    where: row.where,
    step: stepIn(row, "step"),
    promptId,
    prompt: prompt ?? promptId,
    group: optionalText(row, "group"),
    sample: optionalText(row, "sample"),
    completion,
    ...(answered
      ? { answer: given === null ? null : reader.canonical(given), brokenOff: null }
      : reader.read(textOf(row, "completion"), promptId)),
    reward: numberIn(row, columns.reward.column, columns.reward.named),
    truth: reader.truthOf(row, columns.truth),
    kl: numberIn(row, "kl"),
  };
}

const without = (row: TableRow, expected: string): SelftrainError =>
  new SelftrainError({
    code: "audit-column",
    message: `A rollout has no ${expected}.`,
    found: row.columns,
    expected: "step, promptId or prompt, completion or answer; group, sample, reward, truth, kl where known",
    where: row.where,
    remedy: "Mend the row; docs/how-to/audit.md lists the columns of each format.",
  });
