/** Colours of runs: those of the arm that a run's reward makes it, or a free one where that is taken. */
import type { ArmSeries } from "./metric-plots.js";
import { ARM_KEYS, type ArmKey } from "./palette.js";
import type { RunData } from "./run-data.js";

const ARM_OF_REWARD: Readonly<Record<string, ArmKey>> = {
  majority: "srt",
  "fixed-teacher": "fixedTeacher",
  "ground-truth": "groundTruth",
};

/** Every colour but the base's grey. Beyond them colours repeat: more curves than that cannot be told apart anyway. */
const COLORS = ARM_KEYS.filter((key) => key !== "base");

/** The runs as curves with their colours, in the order given. */
export function armOfRuns(runs: readonly RunData[]): readonly ArmSeries[] {
  const taken = new Set<ArmKey>();
  const wanted = runs.map((run) => {
    const key = ARM_OF_REWARD[String(run.config.reward)];
    if (key === undefined || taken.has(key)) return undefined;
    taken.add(key);
    return key;
  });
  const free = COLORS.filter((key) => !taken.has(key));
  let next = 0;
  return runs.map((run, i) => ({
    label: run.name,
    arm: wanted[i] ?? free[next++ % free.length] ?? COLORS[i % COLORS.length]!,
    records: run.records,
  }));
}
