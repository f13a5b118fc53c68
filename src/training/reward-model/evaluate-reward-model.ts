/** `selftrain reward-model eval`: how well a reward model tells the majority's solutions, and right ones, from the others. */
import {
  type RewardModelEvalConfig,
  rewardModelTrainConfigSchema,
  type VotesConfig,
} from "../../config/reward-model-config.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../../errors.js";
import { readModelConfig } from "../../model/config-file.js";
import { requireRewardModel } from "../../model/head.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { verifyModel } from "../../run/manifest.js";
import { resolveModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { readRunConfig } from "../../run/run-config.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import { checkVocabulary } from "../rollout/fit.js";
import { makeExamples } from "./examples.js";
import { type Measurement, measure } from "./measure.js";
import { spread } from "./setup.js";
import { readVotes } from "./votes.js";

export interface RewardModelEvaluation extends Measurement {
  readonly model: string;
  readonly split: RewardModelEvalConfig["split"];
  readonly description: string;
}

/**
 * Throws `reward-model-no-votes` where nothing names votes, `reward-model-no-split` where nothing says what was held out,
 * `reward-model-nothing-measured` where no prompt is of the split, `model-is-language-model`, and as reading votes does.
 */
export async function evaluateRewardModel(
  config: RewardModelEvalConfig,
  options: RunOptions = {},
): Promise<RewardModelEvaluation> {
  const { observer } = options;
  const { folder } = await resolveModel(config.model, { ...options, weights: false });
  const modelConfig = readModelConfig(folder);
  requireRewardModel(modelConfig, folder, "model");
  const { votes, heldOut } = votesAndSplit(config);
  const tokenizer = loadTokenizer(folder);
  checkVocabulary(modelConfig, tokenizer, folder);
  const read = await readVotes(votes, tokenizer, options);
  const parts = makeExamples(read, tokenizer, modelConfig.contextLength, heldOut);
  const wanted = { "held-out": parts.heldOut, train: parts.train, whole: parts.train };
  const examples = spread(wanted[config.split], config.size ?? Number.POSITIVE_INFINITY);
  if (examples.length === 0) {
    throw new SelftrainError({
      code: "reward-model-nothing-measured",
      message: `No group with a label is of the split ${config.split}.`,
      found: `${parts.groups} groups, ${parts.unlabelled} of them without a label`,
      expected: "at least one",
      where: "split",
      remedy: "Take split whole, or other votes.",
    });
  }
  const resolved = await resolveModel(config.model, options);
  await verifyModel(resolved.folder);
  const engine = await OnnxEngine.create({
    model: { folder: resolved.folder },
    scoresOnly: true,
    ...config.engine,
  });
  try {
    const result = await measure(engine, examples, config.bins, (done, total) =>
      observer?.({ type: "phase", phase: "evaluate", done, total }),
    );
    return { ...result, model: config.model, split: config.split, description: read.description };
  } finally {
    await engine.close();
  }
}

/** The votes to measure by, and the share of the prompts that counts as held out. */
function votesAndSplit({ model, votes: { from, ...rest }, split }: RewardModelEvalConfig): {
  votes: VotesConfig;
  heldOut: number;
} {
  const run =
    isRun(model) && readRunInfo(model).kind === "reward-model"
      ? readRunConfig(model, rewardModelTrainConfigSchema)
      : null;
  if (from === undefined && run === null) {
    throw new SelftrainError({
      code: "reward-model-no-votes",
      message: "nothing says which votes to measure by",
      expected: "a run of selftrain train, or a folder of selftrain label",
      where: "votes.from",
      remedy: "give --votes.from, or name the run of a reward model, whose votes are then taken",
    });
  }
  const own = run !== null && from === undefined ? { ...run.votes, ...given(rest) } : null;
  const votes = own ?? { ...rest, from: from! };
  if (split === "whole") return { votes, heldOut: 0 };
  if (run !== null) return { votes, heldOut: run.heldOut };
  throw new SelftrainError({
    code: "reward-model-no-split",
    message: `split ${split} is about a run that held prompts out, and model ${model} is none`,
    found: `split ${split}`,
    expected: "the run of a reward model, or split whole",
    where: "split",
    remedy: "take split whole, or name the run itself and not its checkpoint",
  });
}

const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
