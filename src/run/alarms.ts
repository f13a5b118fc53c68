/**
 * `alarms.jsonl` of a run: one JSON object a line for each alarm of a monitor, in the order of their steps. An alarm is a function of the lines of
 * metrics, so that a resumed run raises it again; it is written once. The file is there from the first alarm on, and written whole.
 */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../io/fs/atomic.js";
import { readStored } from "../io/fs/stored.js";
import type { MetricRecord } from "./run-directory.js";

const alarmSchema = z.object({
  /** Of the value that raised it. */
  step: z.int().min(0),
  monitor: z.string(),
  /** What it did: log, stop, restore-best, lower-lr, filter or webhook. */
  action: z.string(),
  /** `topShare` of the steps, `eval.mean` of another kind of line. */
  series: z.string(),
  value: z.number(),
  bound: z.number().nullable(),
  /** The figures that the verdict rests on, by name. */
  evidence: z.record(z.string(), z.number()),
});

export type Alarm = z.output<typeof alarmSchema>;

const alarmsPath = (run: string) => join(run, "alarms.jsonl");

/** None where nothing was raised. Throws `alarms-corrupt`. */
export function readAlarms(run: string): Alarm[] {
  const path = alarmsPath(run);
  if (!fs.existsSync(path)) return [];
  return readStored(path, {
    code: "alarms-corrupt",
    message: "The alarms of the run cannot be read.",
    remedy: "Delete the file: --resume writes it again, from the metrics.",
    action: "read the alarms",
    read: (text) =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => alarmSchema.parse(JSON.parse(line))),
  });
}

function writeAlarms(run: string, alarms: readonly Alarm[]): void {
  if (alarms.length === 0) fs.rmSync(alarmsPath(run), { force: true });
  else writeFileAtomic(alarmsPath(run), alarms.map((alarm) => `${JSON.stringify(alarm)}\n`).join(""));
}

/** Writes an alarm durably, in the place of another of its monitor at its step; false where it is there already. */
export function writeAlarm(run: string, alarm: Alarm): boolean {
  const all = readAlarms(run);
  const line = JSON.stringify(alarm);
  if (all.some((own) => JSON.stringify(own) === line)) return false;
  const others = all.filter(({ step, monitor }) => step !== alarm.step || monitor !== alarm.monitor);
  const later = others.findIndex(({ step }) => step > alarm.step);
  writeAlarms(run, others.toSpliced(later < 0 ? others.length : later, 0, alarm));
  return true;
}

/** Removes the alarms of a run that is given up from this record on, as a resumed one did something else. */
export function removeAlarms(run: string, { kind, step }: Pick<MetricRecord, "kind" | "step">): void {
  const all = readAlarms(run);
  // Evaluations are judged after the step that they follow.
  const follows = kind === "step" || kind === "validation" ? "" : `${kind}.`;
  const kept = all.filter((own) => own.step < step || (own.step === step && !own.series.startsWith(follows)));
  if (kept.length < all.length) writeAlarms(run, kept);
}
