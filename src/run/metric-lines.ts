/** Lines of `metrics.jsonl`, read: those that are records, and those that are none. */
import type { MetricRecord } from "./run-directory.js";

/** A whole line of the file. */
export interface MetricLine {
  /** Null where the text is no record. */
  readonly record: MetricRecord | null;
  readonly text: string;
  /** First byte of the line, counted from the first of `bytes`. */
  readonly offset: number;
  /** The byte after its newline. */
  readonly end: number;
}

const newline = 0x0a;

/** Every line that ends in a newline; what follows the last one is not finished. */
export function* metricLines(bytes: Buffer): Generator<MetricLine, void> {
  for (let offset = 0; ; ) {
    const at = bytes.indexOf(newline, offset);
    if (at < 0) return;
    const text = bytes.subarray(offset, at).toString();
    yield { record: parseRecord(text), text, offset, end: at + 1 };
    offset = at + 1;
  }
}

/**
 * Null where the text is no record. Checked by hand: a run has tens of thousands of lines of some fifty figures, and a schema that copies each takes
 * ten times as long to open it, and twice the memory.
 */
export function parseRecord(text: string): MetricRecord | null {
  try {
    const { kind, step, metrics, time } = JSON.parse(text);
    const whole =
      kinds.has(kind) &&
      Number.isSafeInteger(step) &&
      step >= 0 &&
      holdsOnly(metrics, isValue) &&
      holdsOnly(time, (value) => value === null || isNumber(value));
    return whole ? { kind, step, metrics, time } : null;
  } catch {
    return null;
  }
}

const kinds: ReadonlySet<unknown> = new Set<MetricRecord["kind"]>(["step", "probe", "eval", "validation"]);

const isNumber = (value: unknown): boolean => typeof value === "number";

const isValue = (value: unknown): boolean =>
  isNumber(value) ||
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (Array.isArray(value) && value.every(isNumber));

function holdsOnly(value: unknown, isAllowed: (own: unknown) => boolean): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(isAllowed);
}
