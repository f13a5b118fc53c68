/** Learning-rate schedules: linear warm-up, then constant, linear or cosine decay to zero. */

import { defaultResumeRules, type ResumeRules } from "../../run/run-config.js";

export interface Schedule {
  readonly peak: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly decay: "constant" | "cosine" | "linear";
}

/** Where rewards come from, not what they are; a teacher's labels are kept with the run. */
const FREE = [
  "rewardUrl",
  "rewardTimeout",
  "rewardRetries",
  "rewardConcurrency",
  "rewardTokenVariable",
  "teacherLabels",
];

/**
 * With a decaying learning rate, every step depends on how many there will be: a resumed run may then not have more. Nor after early
 * stopping, which ends with an earlier policy, one of a checkpoint.
 */
export const resumeRules = ({
  decay,
  earlyStopping,
}: Pick<Schedule, "decay"> & { readonly earlyStopping?: unknown }): ResumeRules => ({
  free: [...defaultResumeRules.free, ...FREE].filter(
    (key) => earlyStopping === undefined || key !== "checkpointEvery",
  ),
  growing: decay === "constant" && earlyStopping === undefined ? defaultResumeRules.growing : [],
});

/** Learning rate of a step, counted from 1. A pure function of the step: there is no state to resume. */
export function learningRateAt(step: number, { peak, steps, warmupSteps, decay }: Schedule): number {
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (decay === "constant") return peak;
  const done = (step - warmupSteps) / Math.max(1, steps - warmupSteps + 1);
  return decay === "linear" ? peak * (1 - done) : (peak * (1 + Math.cos(Math.PI * done))) / 2;
}
