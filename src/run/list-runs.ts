/** The runs under a folder, for `selftrain runs`. Reads only; a damaged run is listed as such. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { guardFs } from "../io/fs/fs-errors.js";
import { gapSentences, gapsOf } from "./gaps.js";
import { readMetrics } from "./metrics-log.js";
import { readRunConfig } from "./run-config.js";
import type { MetricRecord } from "./run-directory.js";
import { isRun, type RunInfo, type RunKind, readRunInfo } from "./run-info.js";
import { type RunStanding, standingOf } from "./store/standing.js";

export interface RunSummary {
  readonly path: string;
  readonly kind: RunKind | null;
  /** Task, file of prompts, or where votes come from. */
  readonly prompts: string | null;
  /** Folder of the model it started from; null where it made a new one. */
  readonly model: string | null;
  readonly stepsDone: number;
  readonly stepsPlanned: number | null;
  /** Mean accuracy of the latest evaluation; null where there was none. */
  readonly accuracy: number | null;
  /** Agreement of the latest step; null where there is no vote. */
  readonly agreement: number | null;
  readonly status: RunStanding;
  /** When it was created (ISO 8601). */
  readonly created: string | null;
  /** Why it failed, or what is damaged or missing. */
  readonly problem: string | null;
}

/** Runs are looked for at most this many folders below the root. */
const maxDepth = 3;

/** The keys a summary shows; configurations of all kinds of run have them. */
const shownConfigSchema = z.object({
  /** A run in rounds learns how many they are on the way. */
  steps: z.number().nullable().default(null),
  model: z.unknown().transform((model) => (typeof model === "string" ? model : null)),
  prompts: z.object({ task: z.string().optional(), file: z.string().optional() }).optional(),
  votes: z.object({ from: z.string() }).optional(),
});

/** Summaries of all runs at or below a folder, oldest first. */
export function listRuns(root: string): RunSummary[] {
  return findRuns(root, maxDepth)
    .map(summarise)
    .sort((a, b) => (a.created ?? "").localeCompare(b.created ?? "") || (a.path < b.path ? -1 : 1));
}

function findRuns(folder: string, depth: number): string[] {
  if (isRun(folder)) return [folder];
  if (depth === 0) return [];
  return guardFs("look for runs", folder, () => fs.readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .flatMap((entry) => findRuns(join(folder, entry.name), depth - 1));
}

function summarise(path: string): RunSummary {
  try {
    const info = readRunInfo(path);
    const config = readRunConfig(path, shownConfigSchema);
    const records = readMetrics(join(path, "metrics.jsonl"));
    return {
      path,
      kind: info.kind,
      prompts: config.prompts?.task ?? config.prompts?.file ?? config.votes?.from ?? null,
      model: config.model,
      stepsDone: records.findLast(({ kind }) => kind === "step")?.step ?? 0,
      stepsPlanned: config.steps,
      accuracy: latest(records, "eval", "mean"),
      agreement: latest(records, "step", "agreement"),
      status: standingOf(path, info),
      created: info.created,
      problem: problemOf(path, info, records),
    };
  } catch (cause) {
    return { ...unknownRun, path, problem: (cause as Error).message };
  }
}

function problemOf(path: string, { kind, error }: RunInfo, records: readonly MetricRecord[]): string | null {
  const problems = [...(error ? [error.message] : []), ...gapSentences(gapsOf(path, kind, records))];
  return problems.length === 0 ? null : problems.join("; ");
}

const unknownRun = {
  kind: null,
  prompts: null,
  model: null,
  stepsDone: 0,
  stepsPlanned: null,
  accuracy: null,
  agreement: null,
  status: "damaged",
  created: null,
} as const;

function latest(records: readonly MetricRecord[], kind: MetricRecord["kind"], metric: string): number | null {
  const value = records.findLast((record) => record.kind === kind && metric in record.metrics)?.metrics[
    metric
  ];
  return typeof value === "number" ? value : null;
}
