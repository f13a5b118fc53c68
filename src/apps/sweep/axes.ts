/** Axes of a parallel-coordinates plot: where each value of a run stands, and which are named. Pure. */
import { valueText } from "./names.js";
import type { MetricColumn, RunResult, SweepResults } from "./results.js";
import { metricText } from "./words.js";

export interface Tick {
  /** From 0 at the bottom to 1 at the top. */
  readonly at: number;
  readonly text: string;
}

export interface Axis {
  readonly title: string;
  /** Key or metric in full. */
  readonly name: string;
  readonly ticks: readonly Tick[];
  /** From 0 to 1; null where the run has no value. */
  place(run: RunResult): number | null;
}

/** Ends of the values, not quite at those of the axis. */
const EDGE = 0.04;
/** Values that are all named; of more, some numbers between the ends are. */
const MOST_TICKS = 8;
/** From this ratio on, numbers above 0 lie evenly in their logarithm. */
const LOG_FROM = 20;

const inside = (share: number): number => EDGE + share * (1 - 2 * EDGE);

/** One axis a swept key (a seed, where nothing else varies), then one a metric. */
export function axesOf(results: SweepResults, runs: readonly RunResult[]): Axis[] {
  const { keys, columns } = results;
  const settings = keys.map(({ key, name }) => settingAxis(name, key, runs, ({ values }) => values[key]));
  const seeds = keys.length === 0 ? [settingAxis("seed", "seed", runs, ({ seed }) => seed)] : [];
  return [...settings, ...seeds, ...columns.map((column) => metricAxis(column, runs))];
}

function settingAxis(
  title: string,
  name: string,
  runs: readonly RunResult[],
  setting: (run: RunResult) => unknown,
): Axis {
  const values = [...new Map(runs.map((run) => [JSON.stringify(setting(run)), setting(run)])).values()];
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === values.length && numbers.length > 1) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const scale = low > 0 && high / low >= LOG_FROM ? Math.log : (value: number) => value;
    const at = (value: number): number => inside((scale(value) - scale(low)) / (scale(high) - scale(low)));
    return {
      title,
      name,
      ticks: apart(named(numbers).map((value) => ({ at: at(value), text: valueText(value) }))),
      place: (run) => at(setting(run) as number),
    };
  }
  const texts = values.map((value) => JSON.stringify(value));
  const at = (i: number): number => (values.length === 1 ? 0.5 : inside(1 - i / (values.length - 1)));
  return {
    title,
    name,
    ticks: apart(values.map((value, i) => ({ at: at(i), text: valueText(value) }))),
    place: (run) => at(texts.indexOf(JSON.stringify(setting(run)))),
  };
}

/** All values, or some from the lowest to the highest. */
function named(values: readonly number[]): number[] {
  const ascending = values.toSorted((a, b) => a - b);
  if (ascending.length <= MOST_TICKS) return ascending;
  return Array.from(
    { length: MOST_TICKS },
    (_, i) => ascending[Math.round((i * (ascending.length - 1)) / (MOST_TICKS - 1))]!,
  );
}

/** Least distance between two names on an axis. */
const GAP = 0.055;

/** Ticks whose names do not cover one another; both ends stay. */
function apart(ticks: readonly Tick[]): Tick[] {
  const ascending = ticks.toSorted((a, b) => a.at - b.at);
  const last = ascending.at(-1);
  const kept: Tick[] = [];
  for (const tick of ascending) {
    const before = kept.at(-1);
    if (before !== undefined && tick.at - before.at < GAP) continue;
    if (tick !== last && last !== undefined && last.at - tick.at < GAP && kept.length > 0) continue;
    kept.push(tick);
  }
  return kept;
}

function metricAxis(column: MetricColumn, runs: readonly RunResult[]): Axis {
  const { key, title } = column;
  const values = runs.flatMap(({ metrics }) => metrics[key] ?? []);
  const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const at = (value: number): number => (high === low ? 0.5 : inside((value - low) / (high - low)));
  const ends = high === low ? [low] : [low, (low + high) / 2, high];
  return {
    title,
    name: key,
    ticks:
      values.length === 0 ? [] : ends.map((value) => ({ at: at(value), text: metricText(column, value) })),
    place: ({ metrics }) => {
      const value = metrics[key];
      return value === null || value === undefined ? null : at(value);
    },
  };
}
