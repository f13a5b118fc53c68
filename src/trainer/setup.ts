/** What a self-training run is made of: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../config/train-config.js";
import { loadPromptPool, type PromptPool } from "../data/prompt-pool.js";
import type { Engine } from "../engine/engine.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../errors.js";
import { createRewardSource } from "../reward/create.js";
import type { RewardSource } from "../reward/reward-source.js";
import { modelFolder } from "../run/model-folder.js";
import type { Run } from "../run/run.js";
import { loadTokenizer } from "../tokenizer/load.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";
import type { Observer } from "./observer.js";
import { easiestPrompts, teacherVotes } from "./teacher.js";

export interface Session {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  /** Prompts to train on. Their labels feed metrics, and the ground-truth control. */
  readonly pool: PromptPool;
  readonly heldOut: PromptPool;
}

/** Opens the model with the prompts. The caller closes the engine. */
export async function openSession(config: TrainConfig): Promise<Session> {
  const { prompts, evaluation, seed } = config;
  const folder = modelFolder(config.model);
  const tokenizer = loadTokenizer(folder);
  const heldOut = await loadPromptPool(
    evaluation.prompts ?? prompts,
    // A file that was named for evaluation is held out as it is; otherwise the test split of the training source.
    evaluation.prompts?.file === undefined ? "test" : "whole",
    evaluation.size,
    seed,
  );
  const pool = await loadPromptPool(prompts, "train", prompts.size, seed);
  const engine = await OnnxEngine.create({ model: { folder }, ...config.engine });
  try {
    checkVocabulary(engine, tokenizer, folder);
    checkPrompts(engine, tokenizer, [pool, heldOut], config.maxNewTokens);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return { engine, tokenizer, pool, heldOut };
}

function checkVocabulary(engine: Engine, tokenizer: Tokenizer, model: string): void {
  if (tokenizer.vocabSize <= engine.capabilities.vocabSize) return;
  throw new SelftrainError({
    code: "vocabulary-mismatch",
    message: "the tokenizer knows more tokens than the model",
    found: `${tokenizer.vocabSize} tokens in tokenizer.json`,
    expected: `at most ${engine.capabilities.vocabSize}, vocab_size of config.json`,
    where: model,
    remedy: "use the tokenizer.json that belongs to this model",
  });
}

/** Every prompt must be encodable and leave room for a completion: better known now than after an hour. */
function checkPrompts(
  engine: Engine,
  tokenizer: Tokenizer,
  pools: readonly PromptPool[],
  maxNewTokens: number,
): void {
  const { contextLength } = engine.capabilities;
  for (const { prompts } of pools) {
    for (const { id, text } of prompts) {
      const { length } = tokenizer.encode(text);
      if (length > 0 && length + maxNewTokens <= contextLength) continue;
      throw new SelftrainError({
        code: length === 0 ? "prompt-empty" : "prompt-too-long",
        message:
          length === 0
            ? "a prompt has no tokens"
            : `a prompt of ${length} tokens leaves no room for ${maxNewTokens} new ones`,
        found: `${length} + ${maxNewTokens} tokens`,
        expected: `at most ${contextLength} tokens, the model's context`,
        where: `prompt ${id}`,
        remedy: "remove or shorten the prompt, or lower maxNewTokens",
      });
    }
  }
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
    groundTruth: () => session.pool.labels,
    teacher: () => new Map([...votes].map(([id, vote]) => [id, vote.label])),
  });
}
