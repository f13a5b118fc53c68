/** `selftrain eval`: opens a model, evaluates it, and closes it. */
import type { AnswersConfig } from "../../config/answers-config.js";
import { askedLike } from "../../config/chat-keys.js";
import type { EvalConfig } from "../../config/eval-config.js";
import { finetuneConfigSchema } from "../../config/finetune-config.js";
import { heldOutSource } from "../../config/held-out.js";
import {
  type PretrainConfig,
  type PromptSourceConfig,
  pretrainConfigSchema,
  trainConfigSchema,
} from "../../config/train-config.js";
import { longestSolution } from "../../data/longest-solution.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../../errors.js";
import { tokenizerFolder } from "../../model/tokenizer/load.js";
import { checkWeightFiles, hubOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { readRunConfig } from "../../run/run-config.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import { checkPrompts } from "../rollout/fit.js";
import { formatPool } from "../rollout/format-prompts.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { rewardModelBeside } from "../scorer/beside.js";
import { openScorer, type Scorer } from "../scorer/scorer.js";
import { prepareModel } from "../start/prepare-model.js";
import { type EvaluationResult, evaluate } from "./evaluate.js";

/** Throws `eval-no-prompts` where no prompts are named and the model is no run that held some out; and as reading a model or prompts does. */
export async function evaluateModel(config: EvalConfig, options: RunOptions = {}): Promise<EvaluationResult> {
  const { observer } = options;
  const model = await prepareModel(config.model, options);
  const { folder, bases, tokenizer } = model;
  const run = isRun(config.model) ? runDefaults(config.model) : null;
  const source = config.prompts
    ? askedLike(config.prompts, run?.prompts ?? {})
    : run?.heldOut
      ? run.prompts
      : undefined;
  if (!source) {
    throw new SelftrainError({
      code: "eval-no-prompts",
      message: "nothing says which prompts to evaluate on",
      expected: "a task or a file of prompts",
      where: "prompts",
      remedy: "give --task or --file, or name a run that held prompts out, which are taken",
    });
  }
  const maxNewTokens = config.maxNewTokens ?? run?.maxNewTokens ?? longestSolution(source);
  // A file that a run names for its evaluation is held out as it is.
  const whole = config.prompts === undefined && run?.heldOutFile && config.split === "test";
  const split = whole ? "whole" : config.split;
  const answers = config.answers ?? run?.answers;
  const drawn = await loadPromptPool(source, split, config.size, config.seed, hubOptions(options), answers);
  const pool = formatPool(drawn, source, tokenizer);
  const parts = [{ ...pool, what: "prompts" }];
  const [longest = 0] = checkPrompts(model.config, tokenizer, parts, maxNewTokens);
  const tokens = longest + maxNewTokens;
  const beside = await rewardModelBeside(config, tokenizerFolder(folder, bases), tokens, options);
  await checkWeightFiles(model);
  const engine = await OnnxEngine.create({
    model: { folder, bases },
    ...config.engine,
    ...(beside && { memoryBudgetMiB: beside.budget.policyMiB }),
  });
  let scorer: Scorer | null = null;
  try {
    if (beside) scorer = await openScorer(beside, config.engine);
    const { samples, seed } = config;
    const notices = new SampleNotices({ maxNewTokens }, observer);
    const temperature = config.temperature ?? run?.temperature;
    const onProgress = (done: number, total: number) =>
      observer?.({ type: "phase", phase: "evaluate", done, total });
    return await evaluate(await engine.refreshSampler(), tokenizer, pool, {
      samples,
      seed,
      temperature,
      maxNewTokens,
      scorer,
      onProgress,
      onSampled: (groups) => notices.look("evaluation", "the evaluation", groups, pool.reading),
    });
  } finally {
    await scorer?.close();
    await engine.close();
  }
}

/** What a run says about how it is to be evaluated. */
function runDefaults(path: string): {
  prompts: PromptSourceConfig;
  /** Whether some of the prompts were held out, and not all trained on. */
  heldOut: boolean;
  /** Whether every row of their file is to be evaluated: it is apart from what was trained on, or it was trained on at test time. */
  heldOutFile: boolean;
  maxNewTokens: number;
  temperature: number | undefined;
  answers: AnswersConfig | undefined;
} {
  const { kind } = readRunInfo(path);
  if (kind !== "pretrain") {
    const config =
      kind === "train" ? readRunConfig(path, trainConfigSchema) : readRunConfig(path, finetuneConfigSchema);
    const { prompts, evaluation, maxNewTokens, answers } = config;
    const { source, split } = heldOutSource(config);
    const heldOut = evaluation.prompts !== undefined || prompts.file === undefined || evaluation.size > 0;
    const { temperature } = evaluation;
    return { prompts: source, heldOut, heldOutFile: split === "whole", maxNewTokens, temperature, answers };
  }
  const { prompts, evaluation }: PretrainConfig = readRunConfig(path, pretrainConfigSchema);
  const maxNewTokens = evaluation.maxNewTokens ?? longestSolution(prompts);
  const { temperature } = evaluation;
  return { prompts, heldOut: true, heldOutFile: false, maxNewTokens, temperature, answers: undefined };
}
