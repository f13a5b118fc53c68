/**
 * Healthy and collapsed runs whose agreement took the same course, after RHOB's matched pairs. A figure that only repeats the reward cannot tell the
 * two apart: on these pairs its AUROC is about a half. Where it is not, the pairing failed.
 */
import { parseSeries } from "../../config/monitor-series.js";
import { quantileOf } from "../../core/monitor/statistics/resample.js";
import { trailingMeans } from "../../core/monitor/statistics/smooth.js";
import type { Interval } from "../../core/monitor/statistics/wilson.js";
import { wins } from "../../core/reward-model/wins.js";
import { Random } from "../../random.js";
import type { CorpusRun } from "./corpus-format.js";
import type { JudgedRun } from "./replay-monitors.js";

/** Steps that agreement is smoothed over. */
const WINDOW = 5;
/** Root of the mean squared distance of two agreement curves, over the steps that both runs have, up to which they are a match. */
export const MATCH_DISTANCE = 0.05;
const RESAMPLES = 1000;

export interface Pair {
  readonly collapsed: CorpusRun;
  readonly healthy: CorpusRun;
  /** Steps that both have. */
  readonly steps: number;
  readonly distance: number;
}

/** One to one, the nearest first. */
export function matchedPairs(runs: readonly JudgedRun[]): Pair[] {
  const curves = new Map(runs.map(({ run }) => [run, trailingMeans(valuesOf(run, "agreement"), WINDOW)]));
  const ofState = (state: string) =>
    runs.filter(({ outcome }) => outcome.state === state).map(({ run }) => run);
  const healthy = ofState("healthy");
  const near = ofState("collapsed")
    .flatMap((collapsed) => healthy.map((other) => pairOf(collapsed, other, curves)))
    .filter(({ distance }) => distance <= MATCH_DISTANCE)
    .sort((a, b) => a.distance - b.distance);
  const taken = new Set<CorpusRun>();
  return near.filter((pair) => {
    if (taken.has(pair.collapsed) || taken.has(pair.healthy)) return false;
    taken.add(pair.collapsed).add(pair.healthy);
    return true;
  });
}

function pairOf(
  collapsed: CorpusRun,
  healthy: CorpusRun,
  curves: ReadonlyMap<CorpusRun, Float64Array>,
): Pair {
  const [a, b] = [curves.get(collapsed)!, curves.get(healthy)!];
  const steps = Math.min(a.length, b.length);
  let squares = 0;
  for (let i = 0; i < steps; i++) squares += (a[i]! - b[i]!) ** 2;
  // Without agreement, or with a hole before its first value, nothing is known to be near.
  const distance = Math.sqrt(squares / steps);
  return {
    collapsed,
    healthy,
    steps,
    distance: Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance,
  };
}

/** NaN where a line has none. */
function valuesOf(run: CorpusRun, series: string, until = Number.POSITIVE_INFINITY): number[] {
  const { kind, metric } = parseSeries(series);
  if (kind === "validation") return [];
  const { steps, metrics } = run.records[kind];
  return (metrics[metric] ?? []).filter((_, i) => steps[i]! <= until).map((value) => value ?? Number.NaN);
}

export interface Discrimination {
  readonly series: string;
  readonly direction: "up" | "down";
  /** Chance that the collapsed run of two went further from its first value in that direction; equal ones count half. */
  readonly auroc: number;
  /** Central 95% of bootstrap samples over pairs. */
  readonly interval: Interval;
  /** Pairs in which both runs have the series. */
  readonly pairs: number;
}

/** How well the furthest departure of a series from its first value tells the runs of pairs apart; null of fewer than two. */
export function discrimination(
  series: string,
  direction: "up" | "down",
  pairs: readonly Pair[],
): Discrimination | null {
  const sign = direction === "up" ? 1 : -1;
  const departure = (run: CorpusRun, until: number): number | null => {
    const values = valuesOf(run, series, until).filter((value) => !Number.isNaN(value));
    return values.length === 0 ? null : Math.max(...values.map((value) => sign * (value - values[0]!)));
  };
  const scored = pairs.flatMap(({ collapsed, healthy, steps }) => {
    const [bad, good] = [departure(collapsed, steps), departure(healthy, steps)];
    return bad === null || good === null ? [] : [{ bad, good }];
  });
  if (scored.length < 2) return null;
  const random = new Random(0, scored.length);
  const samples = Array.from({ length: RESAMPLES }, () =>
    auroc(scored.map(() => scored[random.int(0, scored.length - 1)]!)),
  ).sort((a, b) => a - b);
  return {
    series,
    direction,
    auroc: auroc(scored),
    interval: { low: quantileOf(samples, 0.025), high: quantileOf(samples, 0.975) },
    pairs: scored.length,
  };
}

function auroc(scored: readonly { readonly bad: number; readonly good: number }[]): number {
  const { won, pairs } = wins(
    scored.flatMap(({ bad, good }) => [bad, good]),
    scored.flatMap(() => [true, false]),
  );
  return won / pairs;
}
