/** The prompts of a self-training run: those that it trains on, and those that are held out, each asked as configured. */
import { askedLike } from "../../config/chat-keys.js";
import { heldOutSource } from "../../config/held-out.js";
import type { PromptSourceConfig, TrainConfig } from "../../config/train-config.js";
import type { PoolSplit, PromptPool } from "../../data/pool.js";
import { splitKey } from "../../data/prompt-column.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { takeSubset } from "../../data/subset.js";
import { SelftrainError } from "../../errors.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import { formatPool } from "../rollout/format-prompts.js";

/** The keys of a configuration that say what is asked; a run without stages has the first four. */
export type Asking = Pick<TrainConfig, "prompts" | "evaluation" | "seed" | "answers"> &
  Partial<Pick<TrainConfig, "curriculum" | "validation" | "testTime">>;

/** A pool as its source has it, not put to any model yet, and how its prompts are asked. */
interface Unasked {
  readonly pool: PromptPool;
  readonly source: PromptSourceConfig;
}

async function unaskedPools(config: Asking, options: ResolveOptions): Promise<Unasked[]> {
  const { prompts, evaluation, curriculum, validation, testTime } = config;
  if (testTime) {
    const { source, split } = heldOutSource(config);
    return [{ source, pool: await read(source, split, evaluation.size, config, options) }];
  }
  // Where nothing is measured, nothing of a file needs to be held out.
  const measured = evaluation.size > 0 || (validation !== undefined && !validation.prompts);
  const split = prompts.file !== undefined && !measured ? "whole" : "train";
  const pools: Unasked[] = [];
  for (const levels of curriculum?.stages ?? [prompts.levels]) {
    const pool = await read({ ...prompts, levels }, split, prompts.size, config, options);
    pools.push({ source: prompts, pool });
  }
  if (prompts.subset === undefined) return pools;
  return [{ source: prompts, pool: await takeSubset(pools[0]!.pool, prompts.subset, hubOptions(options)) }];
}

/** The pool of each stage: one, unless there is a curriculum. Throws as `loadPromptPool`, `takeSubset` and `formatPrompts` do. */
export async function trainingPools(
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool[]> {
  const pools = await unaskedPools(config, options);
  return pools.map(({ pool, source }) => formatPool(pool, source, tokenizer));
}

/** All that is trained on, as its source has it, not put to any model yet. Throws as `loadPromptPool` and `takeSubset` do. */
export async function trainingPrompts(config: Asking, options: ResolveOptions = {}): Promise<PromptPool> {
  return unitePools((await unaskedPools(config, options)).map(({ pool }) => pool));
}

/** All that is trained on, whatever the stage. Throws as `trainingPools` does. */
export async function trainingPool(
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool> {
  return unitePools(await trainingPools(config, tokenizer, options));
}

/** Every prompt once. */
export function unitePools(pools: readonly PromptPool[]): PromptPool {
  if (pools.length === 1) return pools[0]!;
  return {
    ...pools[0]!,
    prompts: [...new Map(pools.flatMap(({ prompts }) => prompts.map((own) => [own.id, own]))).values()],
    labels: new Map(pools.flatMap(({ labels }) => [...labels])),
    levels: new Map(pools.flatMap(({ levels }) => [...(levels ?? [])])),
    description: pools.map(({ description }) => description).join("; then "),
  };
}

/** Null where the run is not evaluated. Throws as `trainingPools` does. */
export async function heldOutPool(
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool | null> {
  const { size } = config.evaluation;
  if (size === 0) return null;
  const { source, split } = heldOutSource(config);
  return load(source, split, size, config, tokenizer, options);
}

/**
 * The labelled prompts of the validation: of their own source, or held-out ones of the training source; never those of the evaluation.
 * Null where nothing asks for them. Throws `validation-no-prompts` where there are none with an answer.
 */
export async function validationPool(
  config: TrainConfig,
  heldOut: PromptPool | null,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool | null> {
  const { validation, prompts } = config;
  if (validation === undefined) return null;
  const { prompts: own, size } = validation;
  const source = own ? askedLike(own, prompts) : heldOutSource({ ...config, testTime: false }).source;
  const split = own?.file === undefined ? "test" : "whole";
  const used = new Set(heldOut?.prompts.map(splitKey));
  const wanted = source.file === undefined ? size + used.size : undefined;
  const pool = await load(source, split, wanted, config, tokenizer, options);
  const free = pool.prompts
    .filter((prompt) => pool.labels.has(prompt.id) && !used.has(splitKey(prompt)))
    .slice(0, size);
  if (free.length > 0)
    return { ...pool, prompts: free, description: `${free.length} labelled of ${pool.description}` };
  throw new SelftrainError({
    code: "validation-no-prompts",
    message: "no labelled prompts are left for validation",
    found: `${pool.prompts.length} held-out prompts, of which ${used.size} are evaluated on`,
    expected: "a held-out prompt with an answer that is not used for evaluation",
    where: "validation.prompts",
    remedy:
      "name labelled prompts there, lower evaluation.size, or leave validation out and watch series without labels",
  });
}

const read = (
  source: PromptSourceConfig,
  split: PoolSplit,
  size: number | undefined,
  { seed, answers }: Asking,
  options: ResolveOptions,
): Promise<PromptPool> => loadPromptPool(source, split, size, seed, hubOptions(options), answers);

async function load(
  source: PromptSourceConfig,
  split: PoolSplit,
  size: number | undefined,
  config: Asking,
  tokenizer: Tokenizer,
  options: ResolveOptions,
): Promise<PromptPool> {
  const pool = await read(source, split, size, config, options);
  return formatPool(pool, source, tokenizer);
}
