/** Prompts with completions for supervised training, as a pure function of the step. */
import type { PretrainConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { HubOptions } from "../io/hub/options.js";
import { batchAt } from "./batches.js";
import { levelAt, mixtureOf } from "./mixture.js";
import { rowAt } from "./rows.js";
import { fileProportions, splitOf } from "./split.js";
import { dataFiles } from "./table/files.js";
import { readTable } from "./table/read.js";
import { textColumn } from "./table/row.js";
import { taskNamed } from "./tasks/registry.js";

export interface Example {
  readonly prompt: string;
  readonly completion: string;
}

/** An example of a file, and where it stands: `file:line`. */
export interface PlacedExample extends Example {
  readonly where: string;
}

/** Supervised examples of a source. */
export interface ExampleStream {
  /** Those of a step, counted from 0. */
  at(step: number): Example[];
  /** All there are, of a file; null of a task, which draws on. */
  readonly rows: readonly PlacedExample[] | null;
}

/**
 * A task's stream never ends: every example is drawn anew from the pretraining split, written as `slip` and `direct` say. A file is gone
 * through in shuffled epochs, less the prompts that `loadPromptPool` holds out of it. Throws as reading a file does,
 * and `prompts-empty`.
 */
export async function exampleStream(config: PretrainConfig, hub: HubOptions = {}): Promise<ExampleStream> {
  const { prompts, completionColumn, batchSize, seed } = config;
  if (prompts.file !== undefined) {
    const { file, promptColumn } = prompts;
    const rows: PlacedExample[] = [];
    for await (const row of readTable(await dataFiles(file, hub), [promptColumn, completionColumn])) {
      const prompt = textColumn(row, promptColumn, "promptColumn");
      const completion = textColumn(row, completionColumn, "completionColumn");
      if (splitOf(prompt, fileProportions) !== "test") rows.push({ prompt, completion, where: row.where });
    }
    if (rows.length === 0) throw noExamples(file);
    return { rows, at: (step) => batchAt(rows.length, step, batchSize, seed).map((i) => rows[i]!) };
  }
  const task = taskNamed(prompts.task!);
  const mixture = mixtureOf(task, prompts.levels);
  const at = (step: number) =>
    Array.from({ length: batchSize }, (_, i) => {
      const index = step * batchSize + i;
      return rowAt({ task, level: levelAt(mixture, seed, index), split: "pretrain", seed, index }, config);
    });
  return { rows: null, at };
}

function noExamples(file: string): SelftrainError {
  return new SelftrainError({
    code: "prompts-empty",
    message: `${file} has no prompts, apart from those that are held out for evaluation.`,
    expected: "at least one prompt with a completion",
    where: file,
    remedy: "Add rows with prompts.",
  });
}
