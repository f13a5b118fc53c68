/**
 * How well a single value of a series tells a step of a collapsed run from one of a healthy run: what a threshold could reach that looks at one step
 * and knows nothing of the others. Values are taken less the first one of their run, since tasks differ in where they begin.
 */
import { quantileOf } from "../../core/statistics/interval.js";
import { wins } from "../../core/statistics/wins.js";
import { sum } from "../../numbers.js";
import { Random } from "../../random.js";
import type { CorpusRun } from "./corpus-format.js";
import type { JudgedRun } from "./replay-monitors.js";
import { type Direction, type Rated, RESAMPLES, valuesOf } from "./series-values.js";

/** Steps before the onset that count as the time in which a warning is of use. */
export const LEAD_WINDOW = 10;

/** Of how many runs and values. */
export interface RatedSteps extends Rated {
  readonly collapsedRuns: number;
  readonly healthyRuns: number;
  readonly collapsedSteps: number;
  readonly healthySteps: number;
}

export interface PerStep {
  readonly series: string;
  readonly direction: Direction;
  /** Steps from the onset on against steps of healthy runs; null where either has none. */
  readonly afterOnset: RatedSteps | null;
  /** The last `LEAD_WINDOW` steps before the onset against the same. */
  readonly beforeOnset: RatedSteps | null;
}

export function perStep(series: string, direction: Direction, runs: readonly JudgedRun[]): PerStep {
  const sign = direction === "up" ? 1 : -1;
  const departures = (run: CorpusRun, from: number, until: number): number[] => {
    const points = valuesOf(run, series).filter(({ value }) => !Number.isNaN(value));
    return points.flatMap(({ step, value }) =>
      step >= from && step < until ? [sign * (value - points[0]!.value)] : [],
    );
  };
  const healthy = runs.flatMap(({ run, outcome }) =>
    outcome.state === "healthy" ? [departures(run, 0, Number.POSITIVE_INFINITY)] : [],
  );
  const against = (spanOf: (onset: number) => readonly [from: number, until: number]) =>
    rated(
      runs.flatMap(({ run, outcome: { onset } }) =>
        onset === null ? [] : [departures(run, ...spanOf(onset))],
      ),
      healthy,
    );
  return {
    series,
    direction,
    afterOnset: against((onset) => [onset, Number.POSITIVE_INFINITY]),
    beforeOnset: against((onset) => [onset - LEAD_WINDOW, onset]),
  };
}

/** By run the values of its steps. Steps of a run hang together, so that runs are drawn anew for the interval, and not steps. */
function rated(collapsed: readonly number[][], healthy: readonly number[][]): RatedSteps | null {
  const [bad, good] = [collapsed, healthy].map((runs) => runs.filter((values) => values.length > 0));
  if (bad!.length === 0 || good!.length === 0) return null;
  // The comparisons of a sample of runs are sums of those of pairs of runs.
  const won_B_G = bad!.map((high) =>
    good!.map((low) => wins([...high, ...low], [...high.map(() => true), ...low.map(() => false)]).won),
  );
  const aurocOf = (rows: readonly number[], columns: readonly number[]) => {
    const won = sum(rows.map((i) => sum(columns.map((j) => won_B_G[i]![j]!))));
    const count = (runs: readonly number[][], at: readonly number[]) => sum(at.map((i) => runs[i]!.length));
    return won / (count(bad!, rows) * count(good!, columns));
  };
  const all = (runs: readonly unknown[]) => runs.map((_, i) => i);
  const random = new Random(0, bad!.length, good!.length);
  const drawn = (runs: readonly unknown[]) => runs.map(() => random.int(0, runs.length - 1));
  const samples = Array.from({ length: RESAMPLES }, () => aurocOf(drawn(bad!), drawn(good!))).sort(
    (a, b) => a - b,
  );
  return {
    auroc: aurocOf(all(bad!), all(good!)),
    interval: { low: quantileOf(samples, 0.025), high: quantileOf(samples, 0.975) },
    collapsedRuns: bad!.length,
    healthyRuns: good!.length,
    collapsedSteps: sum(bad!.map(({ length }) => length)),
    healthySteps: sum(good!.map(({ length }) => length)),
  };
}
