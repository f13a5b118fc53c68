/** The labels of a replay: the pool's, which are generated or read again, and the teacher's, which the run has kept. */
import type { TrainConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { HiddenLabels } from "../group.js";
import { createRewardSource } from "../reward/create.js";
import type { RewardSource } from "../reward/reward-source.js";
import type { ResolveOptions } from "../run/model-folder.js";
import { completeLabels, trainingPrompts } from "../trainer/pools.js";
import { storedTeacherVotes, teacherLabels } from "../trainer/teacher.js";

export interface ReplayedReward {
  readonly source: RewardSource;
  /** True answers where they are known, for metrics. */
  readonly labels: HiddenLabels;
  /** Why they are not, where the pool cannot be had any more. */
  readonly notice: string | null;
}

/**
 * The reward source of the configuration, without a model. Throws as the pool does where the reward itself needs its labels, and
 * `replay-teacher-missing`.
 */
export async function replayedReward(
  run: string,
  config: TrainConfig,
  own: RewardSource | undefined,
  options: ResolveOptions,
): Promise<ReplayedReward> {
  const needed = own === undefined && config.reward === "ground-truth";
  const pool = await trainingPrompts(config, options).catch((error: unknown) => {
    if (needed || !(error instanceof SelftrainError)) throw error;
    return error;
  });
  const missing = pool instanceof SelftrainError;
  const source =
    own ??
    createRewardSource(config, {
      groundTruth: () => {
        if (missing) throw pool;
        return completeLabels(pool);
      },
      teacher: () => teacherLabels(storedTeacherVotes(run) ?? noTeacher(run)),
    });
  return {
    source,
    labels: missing ? new Map() : pool.labels,
    notice: missing ? `no figures of true answers: ${pool.message}` : null,
  };
}

function noTeacher(run: string): never {
  throw new SelftrainError({
    code: "replay-teacher-missing",
    message: "The run has no votes of a teacher, and a replay has no model to make them with",
    found: "no teacher.json",
    where: run,
    remedy:
      "replay a run that was trained with reward fixed-teacher or an easyFraction, or take another reward",
  });
}
