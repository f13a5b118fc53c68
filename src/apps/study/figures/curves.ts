/** The curve of an arm: at each step the mean of its seeds, with the 95% t interval. */
import { kindAndName } from "../../../config/study-measures.js";
import { overSeeds } from "../../../core/statistics/over-seeds.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import { curve } from "../../report/series.js";
import type { RunSource } from "./run-source.js";

export interface BandedCurve {
  readonly steps: readonly number[];
  readonly mean: readonly number[];
  /** Ends of the interval; null of one seed. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly seeds: number;
}

/** At the steps at which every one of the runs has a value; null where there is none. */
export function curvesOf(runs: readonly RunSource[], metric: string): BandedCurve | null {
  const [kind, name] = kindAndName(metric);
  const own = runs.map((run) => curve(run.records(), kind as MetricRecord["kind"], name));
  const values = own.map(
    (line) =>
      new Map(line?.steps.flatMap((step, i) => (line.values[i] == null ? [] : [[step, line.values[i]]]))),
  );
  const steps = [...(values[0]?.keys() ?? [])].filter((step) => values.every((line) => line.has(step)));
  if (steps.length === 0) return null;
  const over = steps.map((step) => overSeeds(values.map((line) => line.get(step)!))!);
  return {
    steps,
    mean: over.map(({ mean }) => mean),
    low: over.map(({ mean, half }) => (half === null ? null : mean - half)),
    high: over.map(({ mean, half }) => (half === null ? null : mean + half)),
    seeds: runs.length,
  };
}
