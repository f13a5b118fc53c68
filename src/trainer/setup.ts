/** What a self-training run is made of: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../config/train-config.js";
import type { PromptPool } from "../data/pool.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../errors.js";
import type { HiddenLabels } from "../group.js";
import { readModelConfig } from "../model/config-file.js";
import { requireLanguageModel } from "../model/head.js";
import { weightsFolder } from "../model/read-model.js";
import { agreedLabel } from "../reward/agreement.js";
import { createRewardSource } from "../reward/create.js";
import { withNoise } from "../reward/label-noise.js";
import { labelledPart } from "../reward/mixed.js";
import type { RewardSource } from "../reward/reward-source.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { resolveModel } from "../run/model-folder.js";
import type { Observer, RunOptions } from "../run/observer.js";
import type { Run } from "../run/run.js";
import { longestPrompt, rewardModelBeside } from "../scorer/beside.js";
import { openScorer, type Scorer } from "../scorer/scorer.js";
import { loadTokenizer } from "../tokenizer/load.js";
import { endpointReward } from "./endpoint.js";
import { loraSource } from "./lora.js";
import { modelReward } from "./model-reward.js";
import { heldOutPool, trainingPools, unitePools, validationPool } from "./pools.js";
import type { Session } from "./session.js";
import { hasTeacherVotes, teacherVotes } from "./teacher.js";
import { readTeacherLabels } from "./teacher-labels.js";

/** Opens the model with the prompts. The caller closes the engine. */
export async function openSession(config: TrainConfig, options: RunOptions = {}): Promise<Session> {
  const { folder } = await resolveModel(config.model, options);
  const tokenizer = loadTokenizer(folder);
  requireLanguageModel(readModelConfig(weightsFolder(folder)), folder);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const stagePools = await trainingPools(config, tokenizer, options);
  const pool = unitePools(stagePools);
  const validation = await validationPool(config, heldOut, tokenizer, options);
  // What a reward needs is known to be there before a model is loaded.
  if (config.reward === "http") endpointReward(config);
  const { teacherLabels, output } = config;
  const votes =
    teacherLabels === undefined || hasTeacherVotes(output)
      ? undefined
      : await readTeacherLabels(teacherLabels, pool.prompts);
  const tokens = longestPrompt(tokenizer, [pool, heldOut, validation]) + config.maxNewTokens;
  const beside = await rewardModelBeside(config, folder, tokens, options);
  const engine = await OnnxEngine.create({
    model: { folder },
    lora: loraSource(config.lora, config.seed),
    ...config.engine,
    ...(beside && { memoryBudgetMiB: beside.budget.policyMiB }),
  });
  let scorer: Scorer | null = null;
  try {
    checkVocabulary(engine.capabilities, tokenizer, folder);
    const prompts = [pool, heldOut, validation].flatMap((own) => own?.prompts ?? []);
    checkPrompts(engine.capabilities, tokenizer, prompts, config.maxNewTokens);
    if (beside) scorer = await openScorer(beside, config.engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const own = votes ? { teacherLabels: votes } : {};
  return { engine, tokenizer, scorer, pool, stagePools, heldOut, validation, ...own };
}

export async function closeSession({ engine, scorer }: Session): Promise<void> {
  await scorer?.close();
  await engine.close();
}

/** The reward source of the configured arm. Self-training asks for no label of any kind. */
export async function rewardSource(
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): Promise<RewardSource> {
  const { reward, rewardScore = "sigmoid", seed, labelNoise, agreementThreshold } = config;
  const votes = reward === "fixed-teacher" ? await teacherVotes(config, session, run, observer) : new Map();
  return createRewardSource(config, {
    groundTruth: () => withNoise(completeLabels(session.pool), labelNoise, seed),
    labelledPart: () => withNoise(someLabels(session.pool, config), labelNoise, seed),
    teacher: () => new Map([...votes].map(([id, vote]) => [id, agreedLabel(vote, agreementThreshold)])),
    endpoint: () => endpointReward(config),
    model: () => modelReward(session.scorer!, rewardScore),
  });
}

/** Labels of the labelled part. Throws `reward-label-missing` where that is nobody. */
function someLabels({ labels, prompts }: PromptPool, { labelledShare = 1, seed }: TrainConfig): HiddenLabels {
  const part = labelledPart(labels, labelledShare, seed);
  if (part.size > 0) return part;
  throw new SelftrainError({
    code: "reward-label-missing",
    message: "the mixed reward has no labelled prompt",
    found: `${labels.size} of ${prompts.length} prompts with a true answer, of which the share ${labelledShare} is used`,
    expected: "one labelled prompt or more",
    where: "labelledShare",
    remedy: "give prompts true answers, raise labelledShare, or train with the majority reward",
  });
}

/** The pool's labels. Throws `reward-label-missing` where a prompt has none: better known now than at its turn. */
export function completeLabels({ prompts, labels }: PromptPool): HiddenLabels {
  const unlabelled = prompts.filter(({ id }) => !labels.has(id));
  if (unlabelled.length === 0) return labels;
  throw new SelftrainError({
    code: "reward-label-missing",
    message: "the ground-truth reward has no label for some prompts",
    found: `${unlabelled.length} of ${prompts.length} prompts without a true answer`,
    expected: "a true answer to every training prompt",
    where: `prompt ${unlabelled[0]!.id}`,
    remedy: "give them answers or remove them, or train with the majority reward",
  });
}
