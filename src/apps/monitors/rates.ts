/** How often a rule alarms in runs that collapsed and in runs that did not, and how early. The unit is the run. */

import { leadInWidths } from "../../core/monitor/course/transition.js";
import { lowerProportion, upperProportion } from "../../core/statistics/clopper-pearson.js";
import { quantileOf } from "../../core/statistics/interval.js";
import { countOf, shareOf } from "../../numbers.js";
import type { JudgedRun } from "./replay-monitors.js";
import { type RunLength, runLengthOf } from "./run-length.js";

/** A proportion of runs, with Clopper–Pearson bounds. They take runs as independent, which runs of one base model are not quite. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  /** Null of no runs. */
  readonly share: number | null;
  /** The central 95%. */
  readonly low: number;
  readonly high: number;
  /** One-sided 95%: at least, and at most. */
  readonly atLeast: number;
  readonly atMost: number;
}

export const rateOf = (count: number, of: number): Rate => ({
  count,
  of,
  share: of === 0 ? null : count / of,
  low: lowerProportion(count, of, 0.025),
  high: upperProportion(count, of, 0.025),
  atLeast: lowerProportion(count, of, 0.05),
  atMost: upperProportion(count, of, 0.05),
});

export interface Spread {
  readonly median: number;
  /** The quartiles. */
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number) => quantileOf(sorted, q);
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Runs of one arm, or one task. */
export interface Part {
  readonly collapsed: number;
  readonly caught: number;
  readonly caughtBefore: number;
  readonly healthy: number;
  readonly falseAlarms: number;
}

export interface Score {
  readonly name: string;
  /** Of the collapsed runs, those with an alarm at all, and those with one before the onset. */
  readonly caught: Rate;
  readonly caughtBefore: Rate;
  /** Of the healthy runs, those with an alarm. */
  readonly falseAlarms: Rate;
  /** Onset minus alarm, of the collapsed runs with an alarm: in steps, and in widths of the fall. Below 0 it came too late. */
  readonly leadSteps: Spread | null;
  readonly leadWidths: Spread | null;
  /** Share of these leads above 0. */
  readonly leadPositive: number | null;
  /** Until a false alarm. */
  readonly runLength: RunLength;
  readonly byArm: Readonly<Record<string, Part>>;
  readonly byTask: Readonly<Record<string, Part>>;
}

/** `alarms` are in the order of `runs`: the step of the first alarm of each, null where there was none. */
export function scoreOf(name: string, runs: readonly JudgedRun[], alarms: readonly (number | null)[]): Score {
  const cases = runs.map(({ run, outcome }, i) => ({ run, outcome, alarm: alarms[i]! }));
  const { collapsed, caught, caughtBefore, healthy, falseAlarms } = partOf(cases);
  const leads = cases.flatMap(({ outcome: { onset, width }, alarm }) =>
    onset === null || alarm === null
      ? []
      : [{ steps: onset - alarm, widths: width === null ? [] : [leadInWidths(alarm, onset, { width })] }],
  );
  return {
    name,
    caught: rateOf(caught, collapsed),
    caughtBefore: rateOf(caughtBefore, collapsed),
    falseAlarms: rateOf(falseAlarms, healthy),
    leadSteps: spreadOf(leads.map(({ steps }) => steps)),
    leadWidths: spreadOf(leads.flatMap(({ widths }) => widths)),
    leadPositive: leads.length === 0 ? null : shareOf(leads, ({ steps }) => steps > 0),
    runLength: runLengthOf(runs, alarms),
    byArm: parts(cases, ({ run }) => run.arm),
    byTask: parts(cases, ({ run }) => run.task),
  };
}

interface Case extends JudgedRun {
  readonly alarm: number | null;
}

const isBefore = ({ outcome: { onset }, alarm }: Case): boolean =>
  onset !== null && alarm !== null && alarm < onset;

function partOf(cases: readonly Case[]): Part {
  const collapsed = cases.filter(({ outcome }) => outcome.state === "collapsed");
  const healthy = cases.filter(({ outcome }) => outcome.state === "healthy");
  const alarmed = ({ alarm }: Case) => alarm !== null;
  return {
    collapsed: collapsed.length,
    caught: countOf(collapsed, alarmed),
    caughtBefore: countOf(collapsed, isBefore),
    healthy: healthy.length,
    falseAlarms: countOf(healthy, alarmed),
  };
}

function parts(cases: readonly Case[], keyOf: (of: Case) => string): Record<string, Part> {
  const keys = [...new Set(cases.map(keyOf))].sort();
  return Object.fromEntries(keys.map((key) => [key, partOf(cases.filter((own) => keyOf(own) === key))]));
}
