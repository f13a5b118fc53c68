/** Which prompts a self-training run is evaluated on. */
import { askedLike } from "./chat-keys.js";
import type { PromptSourceConfig, TrainConfig } from "./train-config.js";

export interface HeldOut {
  readonly source: PromptSourceConfig;
  /** `whole` takes every row of a file that was named for this, or is trained on at test time. */
  readonly split: "test" | "whole";
}

/** The prompts that the configuration names for it, else the test split of the training source: of all levels of a curriculum. */
export function heldOutSource({
  prompts,
  evaluation,
  curriculum,
  testTime,
}: Pick<TrainConfig, "prompts" | "evaluation"> &
  Partial<Pick<TrainConfig, "curriculum" | "testTime">>): HeldOut {
  if (evaluation.prompts !== undefined) {
    const split = evaluation.prompts.file === undefined ? "test" : "whole";
    return { source: askedLike(evaluation.prompts, prompts), split };
  }
  const split = testTime && prompts.file !== undefined ? "whole" : "test";
  if (curriculum === undefined) return { source: prompts, split };
  const levels = Object.fromEntries(
    curriculum.stages.flatMap((stage) => Object.keys(stage)).map((l) => [l, 1]),
  );
  return { source: { ...prompts, levels }, split };
}
