/**
 * Rules that a monitor must beat to be worth anything. Each holds one figure against a bound that was chosen on the tuning runs as monitors are;
 * one alarms at a step whatever happens. Beside them the rules that rewardspy (2026) publishes, with its own bounds.
 */
import type { DetectorConfig, MonitorsConfig } from "../../config/monitor-config.js";
import { parseSeries } from "../../config/monitor-series.js";
import { bestOf, type Candidate } from "./choose.js";
import { recordsOf } from "./corpus-format.js";
import { withDerived } from "./derived.js";
import { scoreOf } from "./rates.js";
import { firstAlarms, type JudgedRun } from "./replay-monitors.js";

/** Share of healthy tuning runs that a bound may alarm in. */
export const FALSE_ALARM_BUDGET = 0.05;
/** Bounds that are tried of a figure, at most. */
const BOUNDS = 40;

interface Figure {
  readonly name: string;
  readonly on: string;
  readonly side: "above" | "below";
}

const FIGURES: readonly Figure[] = [
  { name: "agreement is high", on: "agreement", side: "above" },
  { name: "reward is high", on: "reward", side: "above" },
  { name: "KL to the start is high", on: "probe.kl", side: "above" },
  { name: "token entropy is high", on: "entropy", side: "above" },
  { name: "token entropy is low", on: "entropy", side: "below" },
  { name: "gradient norm is high", on: "gradNorm", side: "above" },
];

const only = (
  monitors: Readonly<Record<string, { on: string; detector: DetectorConfig }>>,
): MonitorsConfig => ({
  default: "off",
  ...monitors,
});

/** A baseline as a monitor, and what its name should say. */
export interface Baseline {
  readonly name: string;
  readonly monitor: { readonly on: string; readonly detector: DetectorConfig };
}

/** Those whose bound the tuning runs decide; a figure that catches nothing within the budget is left out. */
export function chooseBaselines(tuning: readonly JudgedRun[]): Baseline[] {
  const tried = FIGURES.map((figure) => ({ figure, baselines: boundsOf(figure, tuning) }));
  const all = [...tried.flatMap(({ baselines }) => baselines), ...everyStep(tuning)];
  const candidates = candidatesOf(all, tuning);
  const chosen = tried.flatMap(({ baselines }) => {
    const best = bestOf(
      candidates.filter(({ baseline }) => baselines.includes(baseline)),
      tuning,
      FALSE_ALARM_BUDGET,
    );
    return best === null ? [] : [best.candidate.baseline];
  });
  const steps = candidates.filter(({ baseline }) => baseline.monitor.on === "stepsDone");
  const excess = (of: Candidate) => {
    const { caughtBefore, falseAlarms } = scoreOf(of.name, tuning, of.alarms);
    return (caughtBefore.share ?? 0) - (falseAlarms.share ?? 0);
  };
  const best = steps.toSorted((a, b) => excess(b) - excess(a))[0];
  return [...chosen, ...(best === undefined ? [] : [best.baseline])];
}

/** The furthest that each run goes, thinned out. */
function boundsOf({ name, on, side }: Figure, runs: readonly JudgedRun[]): Baseline[] {
  const { kind, metric } = parseSeries(on);
  const extremes = runs.flatMap(({ run }) => {
    const values = withDerived(run, recordsOf(run)).flatMap((record) => {
      const value = record.kind === kind ? record.metrics[metric] : null;
      return typeof value === "number" ? [value] : [];
    });
    if (values.length === 0) return [];
    return [side === "above" ? Math.max(...values) : Math.min(...values)];
  });
  const sorted = [...new Set(extremes)].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(sorted.length / BOUNDS));
  return sorted
    .filter((_, i) => i % every === 0)
    .map((bound) => ({
      name: `${name}: ${side} ${Number(bound.toPrecision(3))}`,
      monitor: { on, detector: { kind: "threshold", [side]: bound } },
    }));
}

function everyStep(runs: readonly JudgedRun[]): Baseline[] {
  const last = Math.max(0, ...runs.map(({ run }) => run.config.steps));
  return Array.from({ length: last }, (_, i) => ({
    name: `an alarm at step ${i + 1}, always`,
    monitor: { on: "stepsDone", detector: { kind: "threshold", above: i + 0.5 } },
  }));
}

interface BaselineCandidate extends Candidate {
  readonly baseline: Baseline;
}

/** The first alarms of all of them in each run, in one pass over its lines. */
export function candidatesOf(
  baselines: readonly Baseline[],
  runs: readonly JudgedRun[],
): BaselineCandidate[] {
  const monitors = only(Object.fromEntries(baselines.map(({ monitor }, i) => [`baseline ${i}`, monitor])));
  const alarms = runs.map(({ run }) => firstAlarms(run, monitors));
  return baselines.map((baseline, i) => ({
    name: baseline.name,
    baseline,
    alarms: alarms.map((own) => own.get(`baseline ${i}`) ?? null),
  }));
}

/** Bounds as published. Spread and ceiling are of rewards of 0 and 1; other rewards raise no alarm there. */
export const REWARDSPY: readonly Baseline[] = [
  ["rewardspy: spread of rewards below 0.20 of its start", "rewardSpread", { kind: "threshold", below: 0.2 }],
  [
    "rewardspy: spread of rewards below 0.05 of its start",
    "rewardSpread",
    { kind: "threshold", below: 0.05 },
  ],
  ["rewardspy: more than 0.80 of rewards at the ceiling", "binaryReward", { kind: "threshold", above: 0.8 }],
  ["rewardspy: length 3 deviations off", "lengthDeviation", { kind: "threshold", above: 3 }],
  ["rewardspy: CUSUM of the reward, k 0.5, h 5", "reward", { kind: "cusum", k: 0.5, h: 5 }],
  [
    "rewardspy: more than half of groups without a signal",
    "zeroSignalShare",
    { kind: "threshold", above: 0.5 },
  ],
].map(([name, on, detector]) => ({
  name: name as string,
  monitor: { on: on as string, detector: detector as DetectorConfig },
}));
