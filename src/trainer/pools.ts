/** The prompts of a self-training run: those that it trains on, and those that are held out, each asked as configured. */
import { askedLike } from "../config/chat-keys.js";
import type { PromptSourceConfig, TrainConfig } from "../config/train-config.js";
import type { PoolSplit, PromptPool } from "../data/pool.js";
import { loadPromptPool } from "../data/prompt-pool.js";
import { formatPool } from "../rollout/format-prompts.js";
import { hubOptions, type ResolveOptions } from "../run/model-folder.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";

/** The keys of a configuration that say what is asked. */
export type Asking = Pick<TrainConfig, "prompts" | "evaluation" | "seed" | "answers">;

/** Throws as `loadPromptPool` and `formatPrompts` do. */
export async function trainingPool(
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool> {
  const { prompts, evaluation } = config;
  // Where nothing is measured, nothing of a file needs to be held out.
  const split = prompts.file !== undefined && evaluation.size === 0 ? "whole" : "train";
  return load(prompts, split, prompts.size, config, tokenizer, options);
}

/** Null where the run is not evaluated. Throws as `trainingPool` does. */
export async function heldOutPool(
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool | null> {
  const { prompts, evaluation } = config;
  if (evaluation.size === 0) return null;
  const source = evaluation.prompts ? askedLike(evaluation.prompts, prompts) : prompts;
  // A file that was named for evaluation is held out as it is; otherwise the test split of the training source.
  const split = evaluation.prompts?.file === undefined ? "test" : "whole";
  return load(source, split, evaluation.size, config, tokenizer, options);
}

async function load(
  source: PromptSourceConfig,
  split: PoolSplit,
  size: number | undefined,
  { seed, answers }: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions,
): Promise<PromptPool> {
  const pool = await loadPromptPool(source, split, size, seed, hubOptions(options), answers);
  return formatPool(pool, source, tokenizer);
}
