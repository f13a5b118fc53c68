/** Reading a label folder: the votes, and the samples behind them. */
import fs from "node:fs";
import { SelftrainError } from "../../errors.js";
import { readParquetRows } from "../../io/fs/parquet.js";
import { labelsFile, rolloutsFile } from "./folder.js";
import { type LabelledRollout, type LabelRow, labelColumns, rolloutColumns } from "./rows.js";

const remedy = "Give a folder that selftrain label has written, or make the labels again.";

/**
 * The rows of `labels.parquet`, in the order of the pool. Throws `labels-missing` where the folder has no finished labels, `parquet-column`
 * where a column is missing, empty or of another type, `parquet-malformed`, and `labels-duplicate` where two rows are of one prompt.
 */
export async function readLabels(folder: string): Promise<LabelRow[]> {
  const path = requireLabels(folder);
  const rows: LabelRow[] = [];
  const seen = new Set<string>();
  for await (const row of readParquetRows<LabelRow>(path, labelColumns, remedy)) {
    if (seen.has(row.promptId)) {
      throw new SelftrainError({
        code: "labels-duplicate",
        message: `Two rows of ${path} are of the same prompt.`,
        found: row.promptId,
        expected: "one row a prompt",
        where: `${path}:${rows.length + 1}, column promptId`,
        remedy,
      });
    }
    seen.add(row.promptId);
    rows.push(row);
  }
  return rows;
}

/** The rows of `rollouts.parquet`, a few in memory at a time. Throws as `readLabels`. */
export async function* readLabelledRollouts(folder: string): AsyncGenerator<LabelledRollout, void> {
  requireLabels(folder);
  yield* readParquetRows<LabelledRollout>(rolloutsFile(folder), rolloutColumns, remedy);
}

/** A prompt with its vote and all of its samples. */
export interface LabelledGroup {
  readonly row: LabelRow;
  readonly rollouts: readonly LabelledRollout[];
}

/**
 * Prompts with their samples, one at a time, in the order of the labels. Throws as `readLabels`, and `labels-samples` where the samples of
 * a prompt are not those that its row counts.
 */
export async function* readLabelledGroups(folder: string): AsyncGenerator<LabelledGroup, void> {
  const samples = readLabelledRollouts(folder);
  for (const row of await readLabels(folder)) {
    const rollouts: LabelledRollout[] = [];
    while (rollouts.length < row.samples) {
      const next = await samples.next();
      if (next.done || next.value.promptId !== row.promptId) throw wrongSamples(folder, row, rollouts.length);
      rollouts.push(next.value);
    }
    yield { row, rollouts };
  }
}

function requireLabels(folder: string): string {
  const path = labelsFile(folder);
  if (fs.existsSync(path)) return path;
  throw new SelftrainError({
    code: "labels-missing",
    message: `There are no finished labels in ${folder}.`,
    found: fs.existsSync(folder)
      ? fs.existsSync(`${folder}/label.yaml`)
        ? "labels that were begun and not finished"
        : "a folder without labels.parquet"
      : "no such folder",
    expected: "labels.parquet",
    where: path,
    remedy: "Run selftrain label with this output; the same command continues what was interrupted.",
  });
}

function wrongSamples(folder: string, row: LabelRow, found: number): SelftrainError {
  return new SelftrainError({
    code: "labels-samples",
    message: `The samples of prompt ${row.promptId} are not those that its label was voted by.`,
    found: `${found} samples`,
    expected: `${row.samples} samples`,
    where: `${rolloutsFile(folder)}, column promptId`,
    remedy,
  });
}
