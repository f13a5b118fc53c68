/** What a run directory should hold and does not: lines of metrics, rollouts, and probes. Nobody who reads a run passes over them in silence. */
import fs from "node:fs";
import { join } from "node:path";
import { guardFs } from "../io/fs/fs-errors.js";
import { latestCheckpoint } from "./checkpoints.js";
import { listRollouts } from "./rollouts.js";
import type { MetricRecord } from "./run-directory.js";
import type { RunKind } from "./run-info.js";
import { stepName } from "./step-name.js";

/** Steps up to `last` that have no line of metrics. */
export function missingSteps(records: readonly MetricRecord[], last: number): number[] {
  const there = new Set(records.flatMap(({ kind, step }) => (kind === "step" ? [step] : [])));
  return Array.from({ length: last }, (_, i) => i + 1).filter((step) => !there.has(step));
}

/** Steps up to `last` whose rollouts a run of that kind keeps: in rounds, the first of each. */
export function stepsWithRollouts(kind: RunKind, records: readonly MetricRecord[], last: number): number[] {
  if (kind === "train") return Array.from({ length: last }, (_, i) => i + 1);
  if (kind !== "finetune") return [];
  const steps = records.filter((record) => record.kind === "step" && record.step <= last);
  return steps
    .filter(({ metrics }, i) => metrics.round !== steps[i - 1]?.metrics.round)
    .map(({ step }) => step);
}

/** Those of the steps whose rollouts are not there, or are cut short. Only the ends of each file are read. */
export function missingRollouts(folder: string, steps: readonly number[]): number[] {
  return steps.filter((step) => !isWhole(join(folder, `${stepName(step)}.parquet`)));
}

/** Steps up to `last` that a line says were probed, and whose files are not there or cut short. */
export function missingProbes(run: string, records: readonly MetricRecord[], last: number): number[] {
  const probed = records.flatMap(({ kind, step }) => (kind === "probe" && step <= last ? [step] : []));
  return missingRollouts(join(run, "probe"), probed);
}

const MAGIC = "PAR1";
/** Of the length of the footer, before the last magic. */
const LENGTH_BYTES = 4;

/** Whether a file begins and ends as Parquet does, with a footer that has room in it: a file that was cut does not. */
export function isWhole(path: string): boolean {
  return guardFs("look at the rollouts", path, () => {
    const fd = openThere(path);
    if (fd === null) return false;
    try {
      const { size } = fs.fstatSync(fd);
      const ends = MAGIC.length + LENGTH_BYTES;
      if (size < MAGIC.length + ends) return false;
      const head = Buffer.alloc(MAGIC.length);
      const tail = Buffer.alloc(ends);
      fs.readSync(fd, head, 0, MAGIC.length, 0);
      fs.readSync(fd, tail, 0, ends, size - ends);
      const whole = head.toString("latin1") === MAGIC && tail.toString("latin1", LENGTH_BYTES) === MAGIC;
      return whole && tail.readUInt32LE(0) <= size - MAGIC.length - ends;
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** Null where there is no such file. */
function openThere(path: string): number | null {
  try {
    return fs.openSync(path, "r");
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw cause;
  }
}

export interface Gaps {
  /** Steps without a line of metrics. */
  readonly metrics: readonly number[];
  /** Steps that a line speaks of, whose rollouts are not there or cut short. */
  readonly rollouts: readonly number[];
  /** The same of probes. */
  readonly probes: readonly number[];
}

/**
 * Gaps of a run up to where it stands, by its lines, rollouts and checkpoints. Rollouts are written before their line, so those of the last step may be ahead of it. Where the kind is
 * not known, its rollouts are not looked for.
 */
export function gapsOf(run: string, kind: RunKind | null, records: readonly MetricRecord[]): Gaps {
  const folder = join(run, "rollouts");
  const lastLine = Math.max(0, ...records.map(({ step }) => step));
  const lastRollouts = kind === "train" ? (listRollouts(folder).at(-1)?.step ?? 0) : 0;
  return {
    metrics: missingSteps(records, Math.max(lastLine, lastRollouts - 1, latestCheckpoint(run)?.step ?? 0)),
    rollouts: kind === null ? [] : missingRollouts(folder, stepsWithRollouts(kind, records, lastLine)),
    probes: missingProbes(run, records, lastLine),
  };
}

/** Gaps as sentences; none where nothing is missing. */
export function gapSentences({ metrics, rollouts, probes }: Gaps): string[] {
  return [
    ...(metrics.length === 0 ? [] : [`metrics.jsonl lacks ${stepList(metrics)}`]),
    ...(rollouts.length === 0 ? [] : [`the rollouts of ${stepList(rollouts)} are missing or cut short`]),
    ...(probes.length === 0 ? [] : [`the probes of ${stepList(probes)} are missing or cut short`]),
  ];
}

/** Steps in a sentence: `step 3`, `steps 1-6, 9`. */
export function stepList(steps: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const step of steps) {
    const last = ranges.at(-1);
    if (last?.[1] === step - 1) last[1] = step;
    else ranges.push([step, step]);
  }
  const shown = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return `step${steps.length === 1 ? "" : "s"} ${shown.join(", ")}`;
}
