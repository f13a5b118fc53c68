/**
 * Metrics of a run by column, from a place in its `metrics.jsonl` on. A client asks once, keeps `next`, and opens the stream from there: only new
 * lines are ever sent again.
 */
import type { Control } from "./controls.js";
import type { Alarm } from "./marks.js";
import type { RunOverview } from "./runs.js";

/** A kind of line: a step, the probe, an evaluation, or a validation for monitors. */
export type LineKind = "step" | "probe" | "eval" | "validation";

/**
 * A series: `step.agreement`, `eval.mean`, `probe.flipRate`; of its times `step.time.seconds`. What a name means is in the catalogue, under what
 * follows the kind.
 */
export type SeriesName = string;

/**
 * A place in `metrics.jsonl`: the byte after a line, and a check of that line. It is the `id` of the stream's events, so that a client that comes
 * back is sent what is new, and one whose file was cut meanwhile (`resume-diverged`) is told to begin again.
 */
export type Cursor = string;

export interface MetricsQuery {
  /** Default: the beginning. Where it is no place of the file any more, the answer is 409 `cursor-gone`: ask without it. */
  readonly from?: Cursor;
  /** Repeatable. Default: all. Names that the run does not have yet are accepted. */
  readonly series?: readonly SeriesName[];
}

/** A value of a column: null where the line has none, or where it was no finite number. Lists are figures by prompt. */
export type Value = number | string | boolean | null | readonly number[];

/** Lines of one kind: `steps[i]` is the step of the i-th value of each column. */
export interface Columns {
  readonly steps: readonly number[];
  readonly columns: Readonly<Record<SeriesName, readonly Value[]>>;
}

export interface MetricsChunk {
  readonly next: Cursor;
  /** Kinds without a line are absent. */
  readonly lines: Readonly<Partial<Record<LineKind, Columns>>>;
  /** Lines that are no metrics, by number from 1 within the file, as a damaged file has them; at most 10. */
  readonly damaged: readonly { readonly line: number; readonly why: string }[];
}

export interface StreamQuery extends MetricsQuery {}

/** Events of `routes.stream(id)`. A browser sends the last `id` itself when it reconnects; it goes before `from`. */
export interface RunEvents {
  /** New lines; `id` is their `next`. */
  readonly metrics: MetricsChunk;
  /** What the client has is of a file that was cut or replaced: drop it, fetch metrics again, open a new stream. */
  readonly reset: Record<string, never>;
  /** All of it, when any of it changed, and first. */
  readonly overview: RunOverview;
  /** All of them, when one was raised. */
  readonly alarms: readonly Alarm[];
  /** All of them, when one was asked for, taken or refused. */
  readonly controls: readonly Control[];
}

/** What is said of a metric. */
export interface MetricAbout {
  readonly title: string;
  readonly help: string;
  /** `share` is drawn as a percentage; `text` is not drawn. */
  readonly unit: "share" | "nats" | "tokens" | "count" | "number" | "text";
  /** Where it goes in a healthy run. */
  readonly healthy: "up" | "down" | "steady" | "context";
  readonly reading?: string;
  readonly formula?: string;
}

export interface MetricCatalogue {
  /** Metrics that are read together, in the order in which they are best read. */
  readonly sections: readonly {
    readonly title: string;
    readonly written: string;
    readonly metrics: Readonly<Record<string, MetricAbout>>;
  }[];
  /** What `time` of a line has. */
  readonly times: Readonly<Record<string, string>>;
}
