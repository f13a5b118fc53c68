/** The values of a series in a recorded run, and what is said of how well they tell runs apart. */
import { parseSeries } from "../../config/monitor-series.js";
import type { Interval } from "../../core/statistics/interval.js";
import type { CorpusRun } from "./corpus-format.js";

/** Where a collapse is looked for. */
export type Direction = "up" | "down";

/** Bootstrap samples of an AUROC. */
export const RESAMPLES = 1000;

export interface Rated {
  /** Chance that what collapsed is further in the direction than what stayed healthy; equal ones count half. */
  readonly auroc: number;
  /** Central 95% of bootstrap samples. */
  readonly interval: Interval;
}

/** NaN where a line has none. */
export function valuesOf(run: CorpusRun, series: string): { step: number; value: number }[] {
  const { kind, metric } = parseSeries(series);
  if (kind === "validation") return [];
  const { steps, metrics } = run.records[kind];
  return (metrics[metric] ?? []).map((value, i) => ({ step: steps[i]!, value: value ?? Number.NaN }));
}
