/** `selftrain eval`: opens a model, evaluates it, and closes it. */
import type { EvalConfig } from "../config/eval-config.js";
import {
  type PretrainConfig,
  type PromptSourceConfig,
  pretrainConfigSchema,
  trainConfigSchema,
} from "../config/train-config.js";
import { longestSolution } from "../data/longest-solution.js";
import { loadPromptPool } from "../data/prompt-pool.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../errors.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { modelFolder } from "../run/model-folder.js";
import type { RunOptions } from "../run/observer.js";
import { readRunConfig } from "../run/run-config.js";
import { isRun, readRunInfo } from "../run/run-info.js";
import { loadTokenizer } from "../tokenizer/load.js";
import { type EvaluationResult, evaluate } from "./evaluate.js";

/** Throws `eval-no-prompts` where the model is no run and no prompts are named; and as reading a model or prompts does. */
export async function evaluateModel(
  config: EvalConfig,
  { observer }: RunOptions = {},
): Promise<EvaluationResult> {
  const folder = modelFolder(config.model);
  const run = isRun(config.model) ? runDefaults(config.model) : null;
  const source = config.prompts ?? run?.prompts;
  if (!source) {
    throw new SelftrainError({
      code: "eval-no-prompts",
      message: "nothing says which prompts to evaluate on",
      expected: "a task or a file of prompts",
      where: "prompts",
      remedy: "give --task or --file, or name a run, whose own prompts are taken",
    });
  }
  const maxNewTokens = config.maxNewTokens ?? run?.maxNewTokens ?? longestSolution(source);
  // A file that a run names for its evaluation is held out as it is.
  const whole = config.prompts === undefined && run?.heldOutFile && config.split === "test";
  const pool = await loadPromptPool(source, whole ? "whole" : config.split, config.size, config.seed);
  const tokenizer = loadTokenizer(folder);
  const engine = await OnnxEngine.create({ model: { folder }, ...config.engine });
  try {
    checkVocabulary(engine.capabilities, tokenizer, folder);
    checkPrompts(engine.capabilities, tokenizer, pool.prompts, maxNewTokens);
    const { samples, seed } = config;
    const onProgress = (done: number, total: number) =>
      observer?.({ type: "phase", phase: "evaluate", done, total });
    return await evaluate(await engine.refreshSampler(), tokenizer, pool, {
      samples,
      seed,
      maxNewTokens,
      onProgress,
    });
  } finally {
    await engine.close();
  }
}

/** What a run says about how it is to be evaluated. */
function runDefaults(path: string): {
  prompts: PromptSourceConfig;
  /** Whether the prompts are a file of their own, apart from those that were trained on. */
  heldOutFile: boolean;
  maxNewTokens: number;
} {
  if (readRunInfo(path).kind === "train") {
    const { prompts, evaluation, maxNewTokens } = readRunConfig(path, trainConfigSchema);
    const heldOutFile = evaluation.prompts?.file !== undefined;
    return { prompts: evaluation.prompts ?? prompts, heldOutFile, maxNewTokens };
  }
  const { prompts, evaluation }: PretrainConfig = readRunConfig(path, pretrainConfigSchema);
  return { prompts, heldOutFile: false, maxNewTokens: evaluation.maxNewTokens ?? longestSolution(prompts) };
}
