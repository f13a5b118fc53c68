/** What a report reads of a run: its directory and nothing else. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import { asItWas } from "../../earlier-config.js";
import { SelftrainError } from "../../errors.js";
import { type Gaps, gapsOf } from "../../run/gaps.js";
import { readMetrics } from "../../run/metrics-log.js";
import type { MetricRecord, RolloutRow } from "../../run/run-directory.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import { openRunStore } from "../../run/store/open-store.js";
import { decodeUtf8 } from "../../utf8.js";

/** Rollouts of one step. */
export interface StepRollouts {
  readonly step: number;
  readonly rows: readonly RolloutRow[];
}

export interface RunData {
  /** Short name, distinct among the runs of a report. */
  readonly name: string;
  readonly path: string;
  /** The configuration as resolved, in the keys of today; empty where the run has none. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Versions and machine; empty where the run has none. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly records: readonly MetricRecord[];
  /** Rollouts of the first and the last step that kept them; one entry where they are the same, none without. */
  readonly rollouts: readonly StepRollouts[];
  /** What it should hold and does not. */
  readonly gaps: Gaps;
}

/**
 * Reads runs for a report. Names are the last parts of the paths, or the paths as given where those are equal.
 * Errors: `report-no-run` without a path, `report-not-a-run` where a folder has no metrics, `report-no-metrics` where a run has lost them,
 * `report-unreadable-file` where config.yaml or environment.json is damaged.
 */
export async function loadRuns(paths: readonly string[]): Promise<readonly RunData[]> {
  if (paths.length === 0) {
    throw new SelftrainError({
      code: "report-no-run",
      message: "A report needs a run.",
      found: "no run directory",
      expected: "one run directory or several",
      remedy: "Name them, for example: selftrain report runs/demo",
    });
  }
  const names = paths.map((path) => basename(resolve(path)));
  const runs: RunData[] = [];
  for (const [i, path] of paths.entries()) {
    const name = names[i]!;
    const distinct = names.indexOf(name) === names.lastIndexOf(name);
    runs.push(await loadRun(path, distinct ? name : path));
  }
  return runs;
}

async function loadRun(path: string, name: string): Promise<RunData> {
  const metrics = join(path, "metrics.jsonl");
  if (!existsSync(metrics)) {
    if (isRun(path)) throw withoutMetrics(metrics);
    throw new SelftrainError({
      code: "report-not-a-run",
      message: "This is not a run directory.",
      found: existsSync(path) ? "no metrics.jsonl in it" : "no such folder",
      expected: "a folder that selftrain train, pretrain or finetune wrote",
      where: path,
      remedy: "Check the path; selftrain runs lists the runs below a folder.",
    });
  }
  const store = openRunStore(path);
  const ends = store.rolloutSteps().filter((_, i, steps) => i === 0 || i === steps.length - 1);
  const rollouts: StepRollouts[] = [];
  for (const step of ends) rollouts.push({ step, rows: await store.rollouts(step) });
  const records = readMetrics(metrics);
  return {
    name,
    path,
    config: readRecord(join(path, "config.yaml"), (text) => asItWas(parse(text))),
    environment: readRecord(join(path, "environment.json"), latestEnvironment),
    records,
    rollouts,
    gaps: gapsOf(path, isRun(path) ? readRunInfo(path).kind : null, records),
  };
}

const withoutMetrics = (path: string): SelftrainError =>
  new SelftrainError({
    code: "report-no-metrics",
    message: "The run has lost its metrics.jsonl.",
    found: "no such file",
    where: path,
    remedy:
      "Restore the file, or continue the run with --resume: it writes the lines again that a checkpoint lets it.",
  });

/** A run that was resumed has an environment for each process; the last one finished it. */
function latestEnvironment(text: string): unknown {
  const environments: unknown = JSON.parse(text);
  return Array.isArray(environments) ? environments.at(-1) : environments;
}

function readRecord(path: string, parseText: (text: string) => unknown): Readonly<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  try {
    const value = parseText(decodeUtf8(readFileSync(path), path));
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new TypeError("not a mapping");
    return value as Record<string, unknown>;
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "report-unreadable-file",
        message: "A file of the run cannot be read.",
        found: cause instanceof Error ? cause.message : String(cause),
        expected: "the file as selftrain wrote it",
        where: path,
        remedy: "Restore the file, or delete it: the report then leaves its part out.",
      },
      { cause },
    );
  }
}
