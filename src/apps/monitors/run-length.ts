/** How long healthy training goes on until an alarm: the average run length (ARL) of statistical process control. */
import { lowerMean, upperMean } from "../../core/statistics/poisson.js";
import type { JudgedRun } from "./replay-monitors.js";

/** Each healthy run is watched up to its first alarm, or to its end. */
export interface RunLength {
  /** Steps that were watched in all of them together. */
  readonly steps: number;
  readonly alarms: number;
  /** Steps watched by alarms; null without an alarm. */
  readonly mean: number | null;
  /** The central 95%, exact for alarms that come at a constant rate (Garwood 1936); without an alarm there is no upper end. */
  readonly low: number;
  readonly high: number | null;
  /** One-sided 95%: at least. */
  readonly atLeast: number;
}

/** `alarms` are in the order of `runs`. */
export function runLengthOf(runs: readonly JudgedRun[], alarms: readonly (number | null)[]): RunLength {
  let [steps, count] = [0, 0];
  for (const [i, { run, outcome }] of runs.entries()) {
    if (outcome.state !== "healthy") continue;
    const alarm = alarms[i]!;
    steps += Math.min(alarm ?? Number.POSITIVE_INFINITY, run.config.steps);
    if (alarm !== null) count++;
  }
  return {
    steps,
    alarms: count,
    mean: count === 0 ? null : steps / count,
    low: steps / upperMean(count, 0.025),
    high: count === 0 ? null : steps / lowerMean(count, 0.025),
    atLeast: steps / upperMean(count, 0.05),
  };
}
