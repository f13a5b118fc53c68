/** What a self-training run is made of, opened: the model and its tokenizer, the prompts, the reward. */
import type { TrainConfig } from "../../config/train-config.js";
import { createRewardSource } from "../../core/reward/create.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { openScorer, type Scorer } from "../scorer/scorer.js";
import { discardAhead } from "./ahead-slot.js";
import { endpointReward } from "./endpoint.js";
import { modelReward } from "./model-reward.js";
import { openEngine } from "./open-engine.js";
import type { PreparedTraining } from "./prepare.js";
import type { Session } from "./session.js";
import { storedLabels } from "./stored-labels.js";
import { teacherVotes } from "./teacher.js";

/** Loads the model, and the reward model beside it. The caller closes the session. */
export async function openSession({
  config,
  model,
  beside,
  ...prepared
}: PreparedTraining): Promise<Session> {
  const { tokenizer } = model;
  const { pool, stagePools, heldOut, probe, validation, teacherLabels } = prepared;
  const engine = await openEngine({ config, model, beside });
  let scorer: Scorer | null = null;
  try {
    if (beside) scorer = await openScorer(beside, config.engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const own = teacherLabels ? { teacherLabels } : {};
  return {
    engine,
    tokenizer,
    scorer,
    pool,
    stagePools,
    heldOut,
    probe,
    validation,
    ahead: { begun: null },
    ...own,
  };
}

export async function closeSession({ engine, scorer, ahead }: Session): Promise<void> {
  await discardAhead(ahead);
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
