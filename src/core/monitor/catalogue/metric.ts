/** What is said of a metric. */

/** `share` is drawn as a percentage; numbers with another unit say it in the title; `text` is not drawn. */
export type Unit = "share" | "nats" | "tokens" | "count" | "number" | "text";

/**
 * Where a metric goes in a healthy run. `steady` stays about where it began; `context` says what was done, and is neither good nor bad.
 */
export type Healthy = "up" | "down" | "steady" | "context";

export interface Metric {
  readonly title: string;
  /** What it is, in one sentence for the reader who meets it here. */
  readonly help: string;
  readonly unit: Unit;
  readonly healthy: Healthy;
  /** What its value or movement tells, where the direction does not say it all. */
  readonly reading?: string;
  /** How it is computed, and whose it is, where a sentence is not enough to recompute it. */
  readonly formula?: string;
}

/** Metrics that are read together, by the key under which `metrics.jsonl` has them. */
export interface MetricSection {
  readonly title: string;
  /** Which lines have them. */
  readonly written: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}
