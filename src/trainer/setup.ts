/** What a self-training run is made of: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../config/train-config.js";
import type { PromptPool } from "../data/pool.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../errors.js";
import type { HiddenLabels } from "../group.js";
import { createRewardSource } from "../reward/create.js";
import type { RewardSource } from "../reward/reward-source.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { resolveModel } from "../run/model-folder.js";
import type { Observer, RunOptions } from "../run/observer.js";
import type { Run } from "../run/run.js";
import { loadTokenizer } from "../tokenizer/load.js";
import { loraSource } from "./lora.js";
import { heldOutPool, trainingPool } from "./pools.js";
import type { Session } from "./session.js";
import { easiestPrompts, teacherVotes } from "./teacher.js";

/** Opens the model with the prompts. The caller closes the engine. */
export async function openSession(config: TrainConfig, options: RunOptions = {}): Promise<Session> {
  const { folder, bases } = await resolveModel(config.model, options);
  const tokenizer = loadTokenizer(folder, bases);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const pool = await trainingPool(config, tokenizer, options);
  const engine = await OnnxEngine.create({
    model: { folder, bases },
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
  return { engine, tokenizer, pool, heldOut };
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
    groundTruth: () => completeLabels(session.pool),
    teacher: () => new Map([...votes].map(([id, vote]) => [id, vote.label])),
  });
}

/** The pool's labels. Throws `reward-label-missing` where a prompt has none: better known now than at its turn. */
function completeLabels({ prompts, labels }: PromptPool): HiddenLabels {
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
