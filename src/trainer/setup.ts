/** What a self-training run is made of: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../config/train-config.js";
import type { PromptPool } from "../data/pool.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { createRewardSource } from "../reward/create.js";
import type { RewardSource } from "../reward/reward-source.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { resolveModel } from "../run/model-folder.js";
import type { Observer, RunOptions } from "../run/observer.js";
import type { Run } from "../run/run.js";
import { loadTokenizer } from "../tokenizer/load.js";
import { endpointReward } from "./endpoint.js";
import { loraSource } from "./lora.js";
import { heldOutPool, trainingPool } from "./pools.js";
import type { Session } from "./session.js";
import { storedLabels } from "./stored-labels.js";
import { easiestPrompts, hasTeacherVotes, teacherVotes } from "./teacher.js";
import { readTeacherLabels } from "./teacher-labels.js";

/** Opens the model with the prompts. The caller closes the engine. */
export async function openSession(config: TrainConfig, options: RunOptions = {}): Promise<Session> {
  const { folder } = await resolveModel(config.model, options);
  const tokenizer = loadTokenizer(folder);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const pool = await trainingPool(config, tokenizer, options);
  // What a reward needs is known to be there before a model is loaded.
  if (config.reward === "http") endpointReward(config);
  const { teacherLabels, output } = config;
  const votes =
    teacherLabels === undefined || hasTeacherVotes(output)
      ? undefined
      : await readTeacherLabels(teacherLabels, pool.prompts);
  const engine = await OnnxEngine.create({
    model: { folder },
    lora: loraSource(config.lora, config.seed),
    ...config.engine,
  });
  try {
    checkVocabulary(engine.capabilities, tokenizer, folder);
    const prompts = [...pool.prompts, ...(heldOut?.prompts ?? [])];
    checkPrompts(engine.capabilities, tokenizer, prompts, config.maxNewTokens);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return { engine, tokenizer, pool, heldOut, ...(votes ? { teacherLabels: votes } : {}) };
}

/** The pool that is trained on: all of it, or the share that the starting policy agrees on most. */
export async function curriculum(
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): Promise<PromptPool> {
  if (config.easyFraction === 1) return session.pool;
  const votes = await teacherVotes(config, session, run, observer);
  return { ...session.pool, prompts: easiestPrompts(session.pool.prompts, votes, config.easyFraction) };
}

/** The reward source of the configured arm. Self-training asks for no label of any kind. */
export async function rewardSource(
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): Promise<RewardSource> {
  const votes =
    config.reward === "fixed-teacher" ? await teacherVotes(config, session, run, observer) : new Map();
  return createRewardSource(config, {
    ...storedLabels(
      config,
      () => session.pool,
      () => votes,
    ),
    endpoint: () => endpointReward(config),
  });
}
