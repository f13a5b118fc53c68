/** What the rewards of a run are made of beside the model: found, or missed, before one is loaded. */
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import type { PromptPool } from "../../data/pool.js";
import { endpointReward } from "./endpoint.js";
import { partlyTrueLabels, trueLabels } from "./stored-labels.js";
import { storedTeacherVotes } from "./teacher.js";
import { readTeacherLabels } from "./teacher-labels.js";
import type { TeacherVotes } from "./teacher-votes.js";

/**
 * The votes of the labels folder, where one is named and the run has none of its own yet; `given` takes the place of the configured reward.
 * Throws as `trueLabels`, `partlyTrueLabels`, `endpointReward` and `readTeacherLabels` do, and
 * `teacher-votes-corrupt` where those of the run cannot be read.
 */
export async function rewardInputs(
  config: TrainConfig,
  pool: PromptPool,
  given?: RewardSource,
): Promise<TeacherVotes | undefined> {
  const { reward, curriculum, teacherLabels, output } = config;
  const own = given === undefined ? reward : null;
  if (own === "ground-truth" || (curriculum?.groundTruthStages ?? 0) > 0) trueLabels(pool, config);
  if (own === "mixed") partlyTrueLabels(pool, config);
  if (own === "http") endpointReward(config);
  if (storedTeacherVotes(output) || teacherLabels === undefined) return undefined;
  return readTeacherLabels(teacherLabels, pool.prompts);
}
