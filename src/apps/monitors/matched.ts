/**
 * Healthy and collapsed runs whose agreement took the same course, after RHOB's matched pairs. A figure that only repeats the reward cannot tell the
 * two apart: on these pairs its AUROC is about a half. Where it is not, the pairing failed.
 */
import { type Equivalence, equivalence } from "../../core/statistics/equivalence.js";
import { quantileOf } from "../../core/statistics/interval.js";
import { trailingMeans } from "../../core/statistics/smooth.js";
import { wins } from "../../core/statistics/wins.js";
import { countOf, mean } from "../../numbers.js";
import { Random } from "../../random.js";
import type { CorpusRun } from "./corpus-format.js";
import type { JudgedRun } from "./replay-monitors.js";
import { type Direction, type Rated, RESAMPLES, valuesOf } from "./series-values.js";

/** Steps that agreement is smoothed over. */
const WINDOW = 5;
/** Root of the mean squared distance of two agreement curves, over the steps that both runs have, up to which they are a match. */
export const MATCH_DISTANCE = 0.05;

export interface Pair {
  readonly collapsed: CorpusRun;
  readonly healthy: CorpusRun;
  /** Steps that both have. */
  readonly steps: number;
  readonly distance: number;
}

/** One to one, the nearest first. */
export function matchedPairs(runs: readonly JudgedRun[]): Pair[] {
  const curves = new Map(runs.map(({ run }) => [run, agreementCurve(run)]));
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

const agreementCurve = (run: CorpusRun): Float64Array =>
  trailingMeans(
    valuesOf(run, "agreement").map(({ value }) => value),
    WINDOW,
  );

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

/** Whether the pairs' agreement is the same for all that matters: their differences, of the collapsed run less the healthy one. */
export interface Certificate {
  /** Each pair's mean difference over the steps that both have. */
  readonly mean: Equivalence;
  /** Of the steps that at least two pairs reach, those at which the differences of that step pass as well. */
  readonly stepsPassed: number;
  readonly steps: number;
}

/** Two one-sided tests at ±`MATCH_DISTANCE` of smoothed agreement; null of fewer than two pairs. */
export function certify(pairs: readonly Pair[]): Certificate | null {
  const differences = pairs.map(({ collapsed, healthy, steps }) => {
    const [a, b] = [agreementCurve(collapsed), agreementCurve(healthy)];
    return Array.from({ length: steps }, (_, i) => a[i]! - b[i]!);
  });
  const whole = equivalence(
    differences.map((own) => mean(own)),
    MATCH_DISTANCE,
  );
  if (whole === null) return null;
  const longest = Math.max(...pairs.map(({ steps }) => steps));
  const tests = Array.from({ length: longest }, (_, i) =>
    equivalence(
      differences.flatMap((own) => own[i] ?? []),
      MATCH_DISTANCE,
    ),
  ).filter((test) => test !== null);
  return { mean: whole, stepsPassed: countOf(tests, ({ equivalent }) => equivalent), steps: tests.length };
}

/** How far apart the runs of pairs are by the furthest departure of a series from its first value. */
export interface Discrimination extends Rated {
  readonly series: string;
  readonly direction: Direction;
  /** Pairs in which both runs have the series. */
  readonly pairs: number;
}

/** How well the furthest departure of a series from its first value tells the runs of pairs apart; null of fewer than two. */
export function discrimination(
  series: string,
  direction: Direction,
  pairs: readonly Pair[],
): Discrimination | null {
  const sign = direction === "up" ? 1 : -1;
  const departure = (run: CorpusRun, until: number): number | null => {
    const values = valuesOf(run, series).flatMap(({ step, value }) =>
      step <= until && !Number.isNaN(value) ? [value] : [],
    );
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
