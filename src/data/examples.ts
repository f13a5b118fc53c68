/** Prompts with completions for supervised training, as a pure function of the step. */
import type { PretrainConfig } from "../config/train-config.js";
import { taskNamed } from "../tasks/registry.js";
import { batchAt } from "./batches.js";
import { readJsonl, textColumn } from "./jsonl.js";
import { levelAt, mixtureOf } from "./mixture.js";
import { rowAt } from "./rows.js";

export interface Example {
  readonly prompt: string;
  readonly completion: string;
}

/** The examples of a step, counted from 0. */
export type ExampleStream = (step: number) => Example[];

/**
 * A task's stream never ends: every example is drawn anew from the pretraining split, with slips. A file is gone
 * through in shuffled epochs.
 */
export async function exampleStream(config: PretrainConfig): Promise<ExampleStream> {
  const { prompts, completionColumn, batchSize, seed, slip } = config;
  if (prompts.file !== undefined) {
    const { file, promptColumn } = prompts;
    const rows: Example[] = [];
    for await (const row of readJsonl(file)) {
      rows.push({ prompt: textColumn(row, promptColumn, file), completion: textColumn(row, completionColumn, file) });
    }
    return (step) => batchAt(rows.length, step, batchSize, seed).map((i) => rows[i]!);
  }
  const task = taskNamed(prompts.task!);
  const mixture = mixtureOf(task, prompts.levels);
  return (step) =>
    Array.from({ length: batchSize }, (_, i) => {
      const index = step * batchSize + i;
      return rowAt({ task, level: levelAt(mixture, seed, index), split: "pretrain", seed, index }, slip);
    });
}
