/** The reward of a replay, made of what there is without a model: answers, the pool's labels, and what the run has stored. */

import { createRewardSource } from "../../core/reward/create.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { groundTruthReward } from "../../core/reward/stored-labels.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import type { ResolveOptions } from "../../run/model-folder.js";
import { storedLabels, trueLabels } from "../../training/loop/stored-labels.js";
import { storedTeacherVotes } from "../../training/loop/teacher.js";
import { trainingPrompts } from "../../training/start/pools.js";
import type { ReplayedConfig } from "./replayed-config.js";
import { storedEndpoint, storedModel } from "./stored-values.js";

export interface ReplayedReward {
  /** The reward of a stage of a curriculum, counted from 1. */
  sourceOf(stage: number): RewardSource;
  /** True answers where they are known, for metrics. */
  readonly labels: HiddenLabels;
  /** Why they are not, where the pool cannot be had any more. */
  readonly notice: string | null;
}

/**
 * Throws as the pool does where the reward itself needs its labels, `replay-teacher-missing`, and `replay-scores-missing`. A program's
 * `given` reward takes the place of the configured one.
 */
export async function replayedReward(
  run: string,
  { stored, config }: ReplayedConfig,
  given: RewardSource | undefined,
  options: ResolveOptions,
): Promise<ReplayedReward> {
  const pool = await trainingPrompts(config, options).catch((error: unknown) => {
    if (!(error instanceof SelftrainError)) throw error;
    return error;
  });
  const missing = pool instanceof SelftrainError;
  const needed = () => {
    if (missing) throw pool;
    return pool;
  };
  const teacher = () => storedTeacherVotes(run) ?? noTeacher(run);
  const source =
    given ??
    createRewardSource(config, {
      ...storedLabels(config, needed, teacher),
      endpoint: () => storedEndpoint(stored, config),
      model: () => storedModel(stored, config),
    });
  const { curriculum } = config;
  const taughtStages = given || curriculum === undefined ? 0 : curriculum.groundTruthStages;
  const groundTruth = taughtStages > 0 ? groundTruthReward(trueLabels(needed(), config)) : source;
  return {
    sourceOf: (stage) => (stage <= taughtStages ? groundTruth : source),
    labels: missing ? new Map() : pool.labels,
    notice: missing ? `no figures of true answers: ${pool.message}` : null,
  };
}

function noTeacher(run: string): never {
  throw new SelftrainError({
    code: "replay-teacher-missing",
    message: "The run has no votes of a fixed teacher, and a replay has no model to make them with",
    found: "no teacher.json",
    where: run,
    remedy:
      "replay a run that was trained with reward fixed-teacher or an easyFraction, or take another reward",
  });
}
