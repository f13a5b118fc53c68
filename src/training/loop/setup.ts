/** What a self-training run is made of: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../../config/train-config.js";
import { createRewardSource } from "../../core/reward/create.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { loadTokenizer, tokenizerFolder } from "../../model/tokenizer/load.js";
import { verifyModel } from "../../run/manifest.js";
import { resolveLanguageModel } from "../../run/model-folder.js";
import type { Observer, RunOptions } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { longestPrompt, rewardModelBeside } from "../scorer/beside.js";
import { openScorer, type Scorer } from "../scorer/scorer.js";
import { loraSource } from "../start/lora.js";
import { heldOutPool, trainingPools, unitePools, validationPool } from "../start/pools.js";
import { endpointReward } from "./endpoint.js";
import { modelReward } from "./model-reward.js";
import { rewardInputs } from "./reward-inputs.js";
import type { Session } from "./session.js";
import { storedLabels } from "./stored-labels.js";
import { teacherVotes } from "./teacher.js";

/** Opens the model with the prompts; `reward` takes the place of the configured one. The caller closes the engine. */
export async function openSession(
  config: TrainConfig,
  options: RunOptions = {},
  reward?: RewardSource,
): Promise<Session> {
  const { folder, bases } = await resolveLanguageModel(config.model, options);
  const tokenizer = loadTokenizer(folder, bases);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const stagePools = await trainingPools(config, tokenizer, options);
  const pool = unitePools(stagePools);
  const validation = await validationPool(config, heldOut, tokenizer, options);
  const votes = await rewardInputs(config, pool, reward);
  const tokens = longestPrompt(tokenizer, [pool, heldOut, validation]) + config.maxNewTokens;
  const beside = await rewardModelBeside(config, tokenizerFolder(folder, bases), tokens, options);
  await verifyModel(folder, bases);
  const engine = await OnnxEngine.create({
    model: { folder, bases },
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
  const { reward, rewardScore = "sigmoid" } = config;
  const votes = reward === "fixed-teacher" ? await teacherVotes(config, session, run, observer) : new Map();
  return createRewardSource(config, {
    ...storedLabels(
      config,
      () => session.pool,
      () => votes,
    ),
    endpoint: () => endpointReward(config),
    model: () => modelReward(session.scorer!, rewardScore),
  });
}
