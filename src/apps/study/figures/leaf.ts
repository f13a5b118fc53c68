/** One figure of one run: its value, and where it is of held-out prompts what it would be of others of them. */
import { type FullFigure, kindAndName } from "../../../config/study-measures.js";
import { thresholdCurve } from "../../../core/monitor/calibration/threshold-curve.js";
import { trailingMeans } from "../../../core/statistics/smooth.js";
import { mean, shareOf } from "../../../numbers.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import { byPromptOf } from "../../../training/evaluate/evaluate.js";
import { smoothingWindow } from "../../audit/analysis/windows.js";
import { auditFigure } from "./audit-figure.js";
import type { RunSource } from "./run-source.js";

/** A function of drawn prompts, given as places in the evaluation; null where it has no value for them. */
export interface OverPrompts {
  /** Equal where the prompts are the same. */
  readonly key: string;
  readonly count: number;
  of(drawn: readonly number[]): number | null;
}

export interface Leaf {
  readonly value: number;
  /** Null of what is not of held-out prompts. */
  readonly prompts: OverPrompts | null;
}

/** Without what is subtracted; null where the run has no such value. Throws as reading the run does. */
export async function leafOf(run: RunSource, figure: Omit<FullFigure, "less">): Promise<Leaf | null> {
  const [kind, name] = kindAndName(figure.metric);
  if (kind === "audit") {
    const value = auditFigure(await run.audit(), name);
    return value === null ? null : { value, prompts: null };
  }
  if (kind === "threshold") return thresholdLeaf(run, figure, name);
  if (kind === "fates") return fatesLeaf(run, figure, name);
  if (kind === "step") {
    const value = stepValue(run.of("step"), name, figure.at);
    return value === null ? null : { value, prompts: null };
  }
  return recordLeaf(run, figure, kind as MetricRecord["kind"], name);
}

const numberOf = (record: MetricRecord | undefined, name: string): number | null => {
  const value = record?.metrics[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** Steps vary: start and end are means of the first and the last, peak is the highest mean of as many. */
function stepValue(records: readonly MetricRecord[], name: string, at: FullFigure["at"]): number | null {
  if (typeof at === "number")
    return numberOf(
      records.find(({ step }) => step === at),
      name,
    );
  const values = records.map((record) => numberOf(record, name) ?? Number.NaN);
  const window = Math.min(smoothingWindow(values.length), values.length);
  const means = [...trailingMeans(values, window)].slice(window - 1).filter(Number.isFinite);
  if (means.length === 0) return null;
  return at === "start" ? means[0]! : at === "end" ? means.at(-1)! : Math.max(...means);
}

function recordAt(records: readonly MetricRecord[], name: string, at: FullFigure["at"]) {
  if (typeof at === "number") return records.find(({ step }) => step === at);
  if (at === "start") return records[0];
  if (at === "end") return records.at(-1);
  const known = records.filter((record) => numberOf(record, name) !== null);
  return known.reduce<MetricRecord | undefined>(
    (best, record) => (best && numberOf(best, name)! >= numberOf(record, name)! ? best : record),
    undefined,
  );
}

function recordLeaf(
  run: RunSource,
  { at }: Pick<FullFigure, "at">,
  kind: MetricRecord["kind"],
  name: string,
): Leaf | null {
  const record = recordAt(run.of(kind), name, at);
  const value = numberOf(record, name);
  if (value === null) return null;
  const by = kind === "eval" ? byPromptOf(record!.metrics) : null;
  const values = by?.[name as keyof typeof by];
  return {
    value,
    prompts: values
      ? {
          key: run.heldOut(),
          count: values.length,
          of: (drawn) => mean(drawn.map((prompt) => values[prompt]!)),
        }
      : null,
  };
}

/** A leaf whose value is that of all prompts. */
function ofPrompts(run: RunSource, count: number, of: OverPrompts["of"]): Leaf | null {
  const value = count === 0 ? null : of(Array.from({ length: count }, (_, i) => i));
  return value === null ? null : { value, prompts: { key: run.heldOut(), count, of } };
}

function thresholdLeaf(
  run: RunSource,
  { at, threshold }: Pick<FullFigure, "at" | "threshold">,
  name: string,
): Leaf | null {
  const record = recordAt(run.of("eval"), "mean", at);
  const by = record && byPromptOf(record.metrics);
  if (!by) return null;
  return ofPrompts(run, by.mean.length, (drawn) => {
    const prompts = drawn.map((prompt) => ({
      confidence: by.agreement[prompt]!,
      right: by.maj[prompt]! >= RIGHT,
      accuracy: by.mean[prompt]!,
    }));
    const [point] = thresholdCurve(prompts, [threshold!]);
    if (name === "covered") return point!.covered;
    return name === "maj" ? point!.majorityAccuracy : point!.meanAccuracy;
  });
}

/** A majority that ties with another answer is right half of the time. */
const RIGHT = 0.5;

function fatesLeaf(run: RunSource, { at }: Pick<FullFigure, "at">, name: string): Leaf | null {
  const records = run.of("eval");
  const [before, after] = [records[0], recordAt(records, "mean", at)].map(
    (record) => record && byPromptOf(record.metrics)?.maj,
  );
  if (!before || !after || before.length !== after.length) return null;
  const [was, is] = name === "learned" ? [false, true] : [true, false];
  return ofPrompts(run, before.length, (drawn) =>
    shareOf(drawn, (prompt) => before[prompt]! >= RIGHT === was && after[prompt]! >= RIGHT === is),
  );
}
