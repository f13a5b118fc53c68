/** The prompts of the probe: held-out ones that come back at every probe, and are never trained on. */
import { heldOutSource } from "../../config/held-out.js";
import { probeOf } from "../../config/probe-config.js";
import type { PromptSourceConfig, TrainConfig } from "../../config/train-config.js";
import type { PromptPool } from "../../data/pool.js";
import { splitKey } from "../../data/prompt-column.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { Reservoir } from "../../data/reservoir.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels, Prompt } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import { formatPool } from "../rollout/format-prompts.js";

/** What is done with other prompts of the run. */
export interface OtherPools {
  readonly trained: PromptPool;
  /** Those that the run is evaluated or stopped on. */
  readonly measured: readonly PromptPool[];
}

export interface ProbePool extends PromptPool {
  /** Prompts of it that the run is evaluated or stopped on as well: where a file holds out no more. */
  readonly shared: number;
}

/**
 * Of the test split of the training prompts' source, all levels of a curriculum: those that are neither trained on nor measured. A file that has too
 * few of them gives measured ones too, for it has no more; a task has as many as are asked for. Null where no probe is taken. Throws as
 * `loadPromptPool` and `formatPool` do, and `probe-no-prompts`.
 */
export async function probePool(
  config: TrainConfig,
  { trained, measured }: OtherPools,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<ProbePool | null> {
  const probe = probeOf(config);
  if (probe === null) return null;
  const { seed } = config;
  const isTrained = keysOf([trained]);
  const isMeasured = keysOf(measured);
  const { source, pool } = await candidates(config, probe.size + isMeasured.size, options);
  if (pool === null) throw tooFew(config, probe.size, 0, trained);
  const heldOut = distinct(pool.prompts).filter((prompt) => !isTrained.has(splitKey(prompt)));
  const [free, other] = [false, true].map((also) =>
    heldOut.filter((prompt) => isMeasured.has(splitKey(prompt)) === also),
  ) as [Prompt[], Prompt[]];
  if (heldOut.length < probe.size) throw tooFew(config, probe.size, heldOut.length, trained);
  const chosen = choose(free, probe.size, seed);
  const shared = choose(other, probe.size - chosen.length, seed);
  const description = `${probe.size} held out of ${pool.description}`;
  const prompts = [...chosen, ...shared];
  return { ...formatPool({ ...pool, prompts, description }, source, tokenizer), shared: shared.length };
}

/** True answers by the id of a prompt, of those that the probe of a run may have and others. Throws as `loadPromptPool` does. */
export async function probeLabels(config: TrainConfig, options: ResolveOptions = {}): Promise<HiddenLabels> {
  const { evaluation, validation, probe } = config;
  const size = (probe?.size ?? 0) + evaluation.size + (validation?.size ?? 0);
  const { pool } = await candidates(config, size, options);
  return pool?.labels ?? new Map();
}

/** So many prompts of a task or what it has, which begin as fewer of them do; all that a file holds out, null where that is nothing. */
async function candidates(
  config: TrainConfig,
  size: number,
  options: ResolveOptions,
): Promise<{ readonly source: PromptSourceConfig; readonly pool: PromptPool | null }> {
  const { seed, answers, testTime, evaluation } = config;
  // A source that is named for the evaluation alone is not what is trained on.
  const { source, split } = testTime
    ? heldOutSource(config)
    : heldOutSource({ ...config, evaluation: { ...evaluation, prompts: undefined } });
  const load = (wanted: number | undefined) =>
    loadPromptPool(source, split, wanted, seed, hubOptions(options), answers);
  const pool = await load(source.file === undefined ? size : undefined).catch((error: unknown) => {
    const { code, found } = error instanceof SelftrainError ? error : { code: null };
    if (code === "prompt-space-exhausted") return load(Number(found));
    if (code === "prompts-empty") return null;
    throw error;
  });
  return { source, pool };
}

const keysOf = (pools: readonly PromptPool[]): Set<string> =>
  new Set(pools.flatMap(({ prompts }) => prompts.map(splitKey)));

/** Each question once: a file may ask it again and again. */
const distinct = (prompts: readonly Prompt[]): Prompt[] =>
  [...new Map(prompts.toReversed().map((prompt) => [splitKey(prompt), prompt])).values()].reverse();

/** As many of them, in their order. */
function choose(prompts: readonly Prompt[], size: number, seed: number): Prompt[] {
  const chosen = new Reservoir<Prompt>(size, seed);
  for (const prompt of prompts) chosen.add(prompt);
  return chosen.items();
}

function tooFew(
  { prompts, evaluation, testTime }: TrainConfig,
  size: number,
  found: number,
  trained: PromptPool,
): SelftrainError {
  const all = prompts.file !== undefined && evaluation.size === 0 && !testTime;
  return new SelftrainError({
    code: "probe-no-prompts",
    message: all
      ? "the probe needs held-out prompts, and evaluation.size 0 trains on all rows of the file"
      : "there are not enough held-out prompts for the probe",
    found: `${found} that are not trained on, beside ${trained.prompts.length} that are`,
    expected: `${size}, as probe.size says`,
    where: "probe.size",
    remedy: all
      ? "give evaluation.size, which holds a tenth of the file out, or leave the probe out"
      : testTime
        ? "lower probe.size, or evaluation.size, whose prompts are trained on at test time"
        : prompts.file === undefined
          ? "lower probe.size, or take a level with more prompts"
          : "lower probe.size, or add prompts: a tenth of a file is held out",
  });
}
