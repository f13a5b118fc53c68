/** What of a run must not depend on how often it was killed, nor on when it ran. */
import fs from "node:fs";
import { join, relative } from "node:path";
import { readMetrics } from "../../../src/run/metrics-log.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";

/** `run.json` and `environment.json` say when and where a run was written; metrics are compared without times. */
const about = ["run.json", "environment.json", "metrics.jsonl"];

/** Files by name, byte for byte, and the metrics without their times. */
export function runContents(run: string, without: (name: string) => boolean = () => false) {
  const files = fs
    .readdirSync(run, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({ path, name: relative(run, path) }))
    .filter(({ name }) => !about.includes(name) && !without(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    // As text, so that a difference is reported by file and not by byte.
    files: Object.fromEntries(files.map(({ name, path }) => [name, fs.readFileSync(path, "latin1")])),
    metrics: recordsOf(run).map(({ kind, step, metrics }) => ({ kind, step, metrics })),
  };
}

/** Files of a run as if no true answer had been known: its groups say them, and nothing else does. */
export function withoutTruth(files: Readonly<Record<string, string>>): Record<string, string> {
  const told = /"truth":(null|"[^"]*")/g;
  const entries = Object.entries(files).map(([name, text]) => [
    name,
    name.startsWith("groups/") ? text.replaceAll(told, '"truth":…') : text,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

export function recordsOf(run: string): MetricRecord[] {
  return readMetrics(join(run, "metrics.jsonl"));
}
