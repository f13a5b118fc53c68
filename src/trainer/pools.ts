/** The prompts of a self-training run: those that it trains on, and those that are held out, each asked as configured. */
import { askedLike } from "../config/chat-keys.js";
import type { TrainConfig } from "../config/train-config.js";
import type { PromptPool } from "../data/pool.js";
import { loadPromptPool } from "../data/prompt-pool.js";
import { formatPool } from "../rollout/format-prompts.js";
import { hubOptions, type ResolveOptions } from "../run/model-folder.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";

/** Throws as `trainingPrompts` and `formatPrompts` do. */
export async function trainingPool(
  config: TrainConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool> {
  return formatPool(await trainingPrompts(config, options), config.prompts, tokenizer);
}

/** The pool as its source has it, not put to any model yet. Throws as `loadPromptPool` does. */
export function trainingPrompts(config: TrainConfig, options: ResolveOptions = {}): Promise<PromptPool> {
  const { prompts, evaluation, seed, answers } = config;
  // Where nothing is measured, nothing of a file needs to be held out.
  const split = prompts.file !== undefined && evaluation.size === 0 ? "whole" : "train";
  return loadPromptPool(prompts, split, prompts.size, seed, hubOptions(options), answers);
}

/** Null where the run is not evaluated. Throws as `trainingPool` does. */
export async function heldOutPool(
  config: TrainConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool | null> {
  const { prompts, evaluation } = config;
  if (evaluation.size === 0) return null;
  const source = evaluation.prompts ? askedLike(evaluation.prompts, prompts) : prompts;
  // A file that was named for evaluation is held out as it is; otherwise the test split of the training source.
  const split = evaluation.prompts?.file === undefined ? "test" : "whole";
  const { seed, answers } = config;
  const pool = await loadPromptPool(source, split, evaluation.size, seed, hubOptions(options), answers);
  return formatPool(pool, source, tokenizer);
}
