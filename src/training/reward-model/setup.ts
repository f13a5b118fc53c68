/** What a reward model is trained with: the model under its head, the tokenizer, the votes. */
import {
  type RewardModelTrainConfig,
  rewardModelTrainConfigSchema,
} from "../../config/reward-model-config.js";
import { type DeviceReport, deviceReport } from "../../engine/onnx/device/report.js";
import { checkTensors } from "../../engine/onnx/memory/device-limit.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { checkWeightFiles, type ResolveOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { checkRun, type RunSpec } from "../../run/with-run.js";
import { resumeRules } from "../loop/learning-rate.js";
import { type PreparedModel, prepareAnyModel } from "../start/prepare-model.js";
import { makeExamples, type RewardVotes, teaching } from "./examples.js";
import { readVotes } from "./votes.js";
import { checkVotesUnchanged } from "./votes-file.js";

export interface RewardTraining extends RewardVotes {
  readonly engine: OnnxEngine;
  readonly tokenizer: Tokenizer;
}

/** The votes as examples. No weights are read. Throws as `readVotes`, `makeExamples` and `teaching`. */
export async function rewardVotes(
  config: RewardModelTrainConfig,
  tokenizer: Tokenizer,
  contextLength: number,
  options: ResolveOptions = {},
): Promise<RewardVotes> {
  const votes = await readVotes(config.votes, tokenizer, options);
  const all = makeExamples(votes, tokenizer, contextLength, config.heldOut);
  const examples = teaching(all, config.objective, config.weighting);
  const heldOut = spread(all.heldOut, config.evaluation.size);
  const left = all.train.length - examples.length;
  return {
    examples,
    heldOut,
    description: votes.description,
    notes: [
      `${examples.length} groups are trained on, ${all.heldOut.length} held out${heldOut.length < all.heldOut.length ? `, of which ${heldOut.length} are measured` : ""}`,
      ...(all.unlabelled > 0 ? [`${all.unlabelled} groups have no label and are left out`] : []),
      ...(left > 0 ? [`${left} groups teach objective ${config.objective} nothing and are left out`] : []),
      ...(config.heldOut > 0 && heldOut.length === 0
        ? ["no prompt is held out: there are too few of them, and nothing is measured"]
        : []),
    ],
  };
}

/** At most so many, evenly spread: those of early and of late steps. */
export function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

/** With what is of the hub at its commits. */
export interface PreparedRewardTraining extends RewardVotes {
  readonly config: RewardModelTrainConfig;
  readonly spec: RunSpec<RewardModelTrainConfig> & { readonly device: DeviceReport | null };
  readonly model: PreparedModel;
}

/**
 * All that is looked at before a model is loaded; a dry run is this and its arithmetic. Nothing is written, and of weights the headers are
 * read. Throws as `deviceReport`, `checkRun`, `prepareAnyModel`, `rewardVotes`, `checkVotesUnchanged`, `checkWeightFiles` and `checkTensors` do.
 */
export async function prepareRewardTraining(
  given: RewardModelTrainConfig,
  options: RunOptions & ResolveOptions = {},
): Promise<PreparedRewardTraining> {
  const config = await pinSources(given, options);
  const spec = {
    kind: "reward-model",
    schema: rewardModelTrainConfigSchema,
    rules: resumeRules(config),
    device: await deviceReport(config.engine.device),
  } as const;
  checkRun(spec, config, options);
  const model = await prepareAnyModel(config.model, options);
  const votes = await rewardVotes(config, model.tokenizer, model.config.contextLength, options);
  checkVotesUnchanged(config.output, votes);
  await checkWeightFiles(model);
  checkTensors({ config: model.config, lora: null }, spec.device?.largestBinding);
  return { ...votes, config, spec, model };
}

/** Loads the model. The caller closes the engine. */
export async function openRewardTraining({
  config,
  model,
  examples,
  heldOut,
  description,
  notes,
}: PreparedRewardTraining): Promise<RewardTraining> {
  const { folder, bases, tokenizer } = model;
  const engine = await OnnxEngine.create({
    model: { folder, bases, scalarHead: { seed: config.seed } },
    ...config.engine,
  });
  return { examples, heldOut, description, notes, engine, tokenizer };
}
