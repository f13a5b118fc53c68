/** Records of metrics by column. */
import type { MetricRecord } from "../../../run/run-directory.js";
import type { RunStore } from "../../../run/store/open-store.js";
import type { Columns, Cursor, LineKind, MetricsChunk, SeriesName, Value } from "../api/metrics.js";
import { cursorAt, recordsBefore } from "./cursor.js";

/** Damaged lines that an answer names. */
const MOST_DAMAGED = 10;
const TIME = "time.";

/** What a record says of a series, without the kind; undefined where it says nothing. */
export function seriesValue({ metrics, time }: MetricRecord, name: string): Value | undefined {
  const values: Readonly<Record<string, Value>> = name.startsWith(TIME) ? time : metrics;
  const key = name.startsWith(TIME) ? name.slice(TIME.length) : name;
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** A number of a series; null where it is none. */
export function numberOf(record: MetricRecord, name: string): number | null {
  const value = seriesValue(record, name);
  return typeof value === "number" ? value : null;
}

/** A series as its kind and the name within a line. */
export function splitSeries(series: SeriesName): readonly [kind: string, name: string] {
  const dot = series.indexOf(".");
  return [series.slice(0, dot), series.slice(dot + 1)];
}

/** All series of the records, in the order in which they come. */
export function seriesNames(records: readonly MetricRecord[]): SeriesName[] {
  const names = new Set<SeriesName>();
  const known = new Map<LineKind, { readonly metrics: Set<string>; readonly times: Set<string> }>();
  for (const { kind, metrics, time } of records) {
    const own = known.get(kind) ?? { metrics: new Set(), times: new Set() };
    known.set(kind, own);
    for (const name of newOf(metrics, own.metrics)) names.add(`${kind}.${name}`);
    for (const name of newOf(time, own.times)) names.add(`${kind}.${TIME}${name}`);
  }
  return [...names];
}

/** Keys that are not known yet, which then are. */
function newOf(values: object, known: Set<string>): string[] {
  const fresh = Object.keys(values).filter((name) => !known.has(name));
  for (const name of fresh) known.add(name);
  return fresh;
}

/** Columns of the records by kind; all series, or those that are wanted. */
export function columnsOf(
  records: readonly MetricRecord[],
  wanted?: readonly SeriesName[],
): MetricsChunk["lines"] {
  const names = wanted ?? seriesNames(records);
  const made: Partial<Record<LineKind, Columns>> = {};
  for (const kind of new Set(records.map((record) => record.kind))) {
    const own = records.filter((record) => record.kind === kind);
    const columns: Record<SeriesName, readonly Value[]> = {};
    for (const series of names) {
      const [of, name] = splitSeries(series);
      if (of === kind) columns[series] = own.map((record) => seriesValue(record, name) ?? null);
    }
    made[kind] = { steps: own.map(({ step }) => step), columns };
  }
  return made;
}

/** At most so many lines at a time, so that a client that comes late is sent what it missed piece by piece. */
const MOST_LINES = 20_000;

export interface ChunkOptions {
  readonly from?: Cursor | undefined;
  readonly series?: readonly SeriesName[] | undefined;
  readonly most?: number;
}

/** What a run has from a place on. Throws as `recordsBefore` does. */
export function metricsChunk(
  store: RunStore,
  { from, series, most = MOST_LINES }: ChunkOptions,
): MetricsChunk {
  const records = store.records();
  const first = recordsBefore(store, from);
  const last = Math.min(records.length, first + most);
  const next = last === records.length ? store.offset : store.ends[last - 1]!;
  return {
    next: cursorAt(store, next),
    lines: columnsOf(records.slice(first, last), series),
    damaged: store.damagedLines
      .slice(0, MOST_DAMAGED)
      .map(({ line, found }) => ({ line, why: `is no record: ${found}` })),
  };
}
