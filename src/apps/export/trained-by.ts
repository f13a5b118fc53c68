/** The run that a model came from, as its model card tells it: its files, and nothing that they do not say. */
import fs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { hasHubPrefix, isCommit, parseModelId } from "../../io/hub/hub-id.js";
import { readMetrics } from "../../run/metrics-log.js";
import { readRunConfig } from "../../run/run-config.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { isRun, type RunKind, readRunInfo } from "../../run/run-info.js";
import { parseStepName } from "../../run/step-name.js";

/** A configuration as it stands in the file; runs of every kind and version have one. */
export type Stored = Readonly<Record<string, unknown>>;

export interface TrainedBy {
  readonly kind: RunKind;
  readonly config: Stored;
  /** Steps that the exported checkpoint has had. */
  readonly step: number;
  /** Version of selftrain that wrote last; null where the run does not say. */
  readonly version: string | null;
  /** The first evaluation; null where there is none. */
  readonly before: MetricRecord | null;
  /** That of the exported checkpoint; null where it was not measured, or is the first. */
  readonly after: MetricRecord | null;
}

/** Of the folder of a checkpoint; null where it lies in no run. Errors: those of reading a run. */
export function trainedBy(folder: string): TrainedBy | null {
  const path = resolve(folder);
  const step = parseStepName(basename(path));
  const run = dirname(dirname(path));
  if (step === null || !isRun(run)) return null;
  const metrics = join(run, "metrics.jsonl");
  const records = fs.existsSync(metrics) ? readMetrics(metrics) : [];
  const measured = records.filter(({ kind }) => kind === "eval");
  const before = measured[0] ?? null;
  const after = measured.findLast((record) => record.step === step) ?? null;
  return {
    kind: readRunInfo(run).kind,
    config: readRunConfig<Stored>(run, { parse: (raw) => raw as Stored }),
    step,
    version: versionOf(join(run, "environment.json")),
    before,
    after: after === before ? null : after,
  };
}

/** It informs and nothing depends on it: a damaged one says nothing. */
function versionOf(path: string): string | null {
  try {
    const all: unknown = JSON.parse(fs.readFileSync(path, "utf8"));
    const last = (Array.isArray(all) ? all.at(-1) : all) as { selftrain?: unknown } | undefined;
    return typeof last?.selftrain === "string" ? last.selftrain : null;
  } catch {
    return null;
  }
}

/** The name on the hub, `org/name`, of what a run has pinned; null for a path, of which nothing is to be told but its last part. */
export function hubName(model: string): string | null {
  const id = parseModelId(model);
  return id && (hasHubPrefix(model) || isCommit(id.revision)) ? id.name : null;
}
