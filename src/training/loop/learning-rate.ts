/** Learning-rate schedules: linear warm-up, then constant, linear or cosine decay to zero. */

import { type Monitor, monitorsOf } from "../../config/monitors.js";
import type { TrainConfig } from "../../config/train-config.js";
import { hasPrefix } from "../../core/detect/spec.js";
import { defaultResumeRules, type ResumeRules } from "../../run/run-config.js";

export interface Schedule {
  readonly peak: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly decay: "constant" | "cosine" | "linear";
}

/** Where a server is, and where rewards come from, not what they are; a teacher's labels are kept with the run. */
const FREE = [
  "engine.url",
  "rewardUrl",
  "rewardTimeout",
  "rewardRetries",
  "rewardConcurrency",
  "rewardTokenVariable",
  "rollouts",
  "teacherLabels",
];

/**
 * With a decaying learning rate, every step depends on how many there will be: a resumed run may then not have more. Nor may one that is
 * measured on labelled prompts, which is done at the last step too, that may end with an earlier policy, one of a checkpoint, or whose alarms
 * depend on how many steps there will be.
 */
export function resumeRules({
  decay,
  monitors = {},
  validation,
  probe,
}: Pick<Schedule, "decay"> & Partial<Pick<TrainConfig, "monitors" | "validation" | "probe">>): ResumeRules {
  const all = monitorsOf({ monitors, probe });
  const goesBack = all.some(({ onAlarm }) => onAlarm === "restore-best");
  const fixed = validation !== undefined || all.some((own) => endsRun(own) || usesLength(own));
  return {
    free: [
      ...defaultResumeRules.free.filter((key) => !goesBack || key !== "checkpointEvery"),
      ...FREE,
      ...all.flatMap(({ name, url }) => (url === null ? [] : [`monitors.${name}.url`])),
    ],
    growing: decay === "constant" && !fixed ? defaultResumeRules.growing : [],
  };
}

const endsRun = ({ onAlarm }: Monitor): boolean => onAlarm === "stop" || onAlarm === "restore-best";

/** Whether verdicts depend on how many steps there will be. */
const usesLength = ({ detector }: Monitor): boolean =>
  [detector, ...(detector.of ?? [])].some(
    ({ kind, prefix, h }) =>
      (kind !== "any" && hasPrefix({ kind }) && prefix === undefined) ||
      (kind === "cusum" && h === undefined),
  );

/** Learning rate of a step, counted from 1. A pure function of the step: there is no state to resume. */
export function learningRateAt(step: number, { peak, steps, warmupSteps, decay }: Schedule): number {
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (decay === "constant") return peak;
  const done = (step - warmupSteps) / Math.max(1, steps - warmupSteps + 1);
  return decay === "linear" ? peak * (1 - done) : (peak * (1 + Math.cos(Math.PI * done))) / 2;
}
