/** Loading the prompts that a run draws from. */
import { type AnswersConfig, answersSchema } from "../config/answers-config.js";
import type { PromptSourceConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { HubOptions } from "../io/hub/options.js";
import { loadFilePool } from "./file-pool.js";
import type { PoolSplit, PromptPool } from "./pool.js";
import { loadTaskPool } from "./task-pool.js";

/**
 * Loads a pool of up to `size` prompts (by default 1024 of a task, all of a file). A task gives exactly `size`
 * distinct prompts or throws `prompt-space-exhausted`; a file gives what it has, repeated prompts included, and
 * throws `prompts-empty` where that is nothing. Equal arguments give equal pools, and a smaller pool of a task is
 * the beginning of a larger one. `hub` says how a download is watched and stopped, `answers` how answers are read.
 */
export async function loadPromptPool(
  source: PromptSourceConfig,
  split: PoolSplit,
  size: number | undefined,
  seed: number,
  hub: HubOptions = {},
  answers: AnswersConfig = answersSchema.parse(undefined),
): Promise<PromptPool> {
  const { task, file } = source;
  if (task !== undefined && file === undefined) {
    if (split === "whole") throw wholeTask(task);
    return loadTaskPool(task, source.levels, split, size, seed, answers);
  }
  if (file !== undefined && task === undefined)
    return loadFilePool(file, source, split, size, seed, hub, answers);
  throw new SelftrainError({
    code: "prompts-source",
    message: task === undefined ? "The prompts have no source." : "The prompts have two sources.",
    found: { task, file },
    expected: "either a task or a file",
    where: "prompts",
    remedy: "Give `prompts.task` or `prompts.file`, and only one of them.",
  });
}

function wholeTask(task: string): SelftrainError {
  return new SelftrainError({
    code: "split-missing",
    message: `The prompts of the task ${task} are always split, so that no pool leaks into another.`,
    found: "whole",
    expected: "pretrain, train or test",
    remedy: "Ask for one of the splits.",
  });
}
