/** All that `selftrain label` looks at before it loads a model; a dry run is this and its arithmetic. */
import type { LabelConfig } from "../../config/label-config.js";
import type { PromptPool } from "../../data/pool.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { type DeviceReport, deviceReport } from "../../engine/onnx/device/report.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { checkWeightFiles, hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { checkPrompts } from "../rollout/fit.js";
import { formatPool } from "../rollout/format-prompts.js";
import { type PreparedModel, prepareModel } from "../start/prepare-model.js";
import { LabelFolder } from "./folder.js";

export interface PreparedLabelling {
  /** With what is of the hub at its commits. */
  readonly config: LabelConfig;
  readonly model: PreparedModel;
  readonly pool: PromptPool;
  /** Tokens of the longest prompt. */
  readonly longest: number;
  /** The graphics device that it computes on; null of the processor. */
  readonly device: DeviceReport | null;
}

/** The prompts that are voted on, asked as configured. */
export async function labelPool(
  { prompts, split, seed, answers }: LabelConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool> {
  const pool = await loadPromptPool(prompts, split, prompts.size, seed, hubOptions(options), answers);
  return formatPool(pool, prompts, tokenizer);
}

/**
 * Finds what the work needs and checks that it can begin. Nothing is written, and of weights the headers are read. Throws as
 * `deviceReport`, `LabelFolder.check`, `prepareModel`, `labelPool`, `checkPrompts` and `checkWeightFiles` do.
 */
export async function prepareLabelling(
  given: LabelConfig,
  options: RunOptions & ResolveOptions = {},
): Promise<PreparedLabelling> {
  const config = await pinSources(given, options);
  const device = await deviceReport(config.engine.device);
  const done = LabelFolder.check(config.output, config);
  const model = await prepareModel(config.model, options);
  const pool = await labelPool(config, model.tokenizer, options);
  const [longest = 0] = checkPrompts(
    model.config,
    model.tokenizer,
    [{ ...pool, what: "prompts" }],
    config.maxNewTokens,
  );
  // Where all is sampled, and only to be joined, the model may be gone.
  if (done * config.promptsPerPart < pool.prompts.length) await checkWeightFiles(model);
  return { config, model, pool, longest, device };
}
