/** From metric lines to curves: what is not a finite number is a gap, what was never logged is no curve. */
import type { MetricRecord } from "../../run/run-directory.js";

/** The part of a metric line that a plot reads. */
export type SeriesPoint = Pick<MetricRecord, "kind" | "step" | "metrics">;

/** Values of one metric by step; null is a gap. Both arrays have one entry a step, steps ascending. */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

/** A metric as a finite number, or null. */
export function finiteMetric(point: SeriesPoint, name: string): number | null {
  const value = point.metrics[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * The curve of a metric over the lines of one kind; undefined where it holds no finite value. Of two lines with the
 * same step the later one counts.
 */
export function curve(
  records: readonly SeriesPoint[],
  kind: SeriesPoint["kind"],
  name: string,
): Curve | undefined {
  const byStep = new Map<number, number | null>();
  for (const record of records) {
    if (record.kind === kind) byStep.set(record.step, finiteMetric(record, name));
  }
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  const values = steps.map((step) => byStep.get(step) ?? null);
  return values.some((value) => value !== null) ? { steps, values } : undefined;
}

/** First finite value of a curve. */
export function firstValue(line: Curve | undefined): number | undefined {
  return line?.values.find((value) => value !== null) ?? undefined;
}

/** Last finite value of a curve. */
export function lastValue(line: Curve | undefined): number | undefined {
  return line?.values.findLast((value) => value !== null) ?? undefined;
}

/** Names of the metrics that have a finite number in any line of a kind, in order of appearance. */
export function numericMetricNames(
  records: readonly SeriesPoint[],
  kind: SeriesPoint["kind"],
): readonly string[] {
  const names = new Set<string>();
  for (const record of records) {
    if (record.kind !== kind) continue;
    for (const name of Object.keys(record.metrics)) if (finiteMetric(record, name) !== null) names.add(name);
  }
  return [...names];
}
