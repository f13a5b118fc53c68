/** What a reward model is trained with: the model under its head, the tokenizer, the votes. */
import type { RewardModelTrainConfig } from "../../config/reward-model-config.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { readModelConfig } from "../../model/config-file.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { verifyModel } from "../../run/manifest.js";
import { type ResolveOptions, resolveModel } from "../../run/model-folder.js";
import { checkVocabulary } from "../rollout/fit.js";
import { type Example, makeExamples, teaching } from "./examples.js";
import { readVotes } from "./votes.js";

export interface RewardVotes {
  /** Groups that are trained on. */
  readonly examples: readonly Example[];
  /** Those held out that are measured. */
  readonly heldOut: readonly Example[];
  readonly description: string;
  /** What the user may want to know. */
  readonly notes: readonly string[];
}

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

/** Opens everything; votes first, so that what is wrong with them is known before a model loads. The caller closes the engine. */
export async function openRewardTraining(
  config: RewardModelTrainConfig,
  options: ResolveOptions = {},
): Promise<RewardTraining> {
  const { folder, bases } = await resolveModel(config.model, options);
  const tokenizer = loadTokenizer(folder, bases);
  const model = readModelConfig(folder, bases);
  checkVocabulary(model, tokenizer, folder);
  const votes = await rewardVotes(config, tokenizer, model.contextLength, options);
  await verifyModel(folder, bases);
  const engine = await OnnxEngine.create({
    model: { folder, bases, scalarHead: { seed: config.seed } },
    ...config.engine,
  });
  return { ...votes, engine, tokenizer };
}
