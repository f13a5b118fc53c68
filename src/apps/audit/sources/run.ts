/** A run directory of ours as a source: rollouts a few files at a time, true answers of its pool, and its lines of metrics. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { trainConfigSchema } from "../../../config/train-config.js";
import { SelftrainError } from "../../../errors.js";
import { quotePath, quoteText, streamRows } from "../../../io/fs/duckdb.js";
import { readAlarms } from "../../../run/alarms.js";
import { gapSentences, gapsOf } from "../../../run/gaps.js";
import { readMetrics } from "../../../run/metrics-log.js";
import { readRunConfig } from "../../../run/run-config.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import { readRunInfo } from "../../../run/run-info.js";
import { openRunStore } from "../../../run/store/open-store.js";
import { trueAnswersOf } from "../../../training/start/true-answers.js";
import type { AuditSource, AuditStep, Omission } from "../source.js";
import { readProbes } from "./run-probe.js";
import { type CountedRow, countedRows } from "./run-rows.js";
import { stepsOfRows } from "./run-steps.js";

/** Files of one query: some ten thousand rollouts. */
const FILES = 32;

/** Throws `audit-no-rollouts`, and as the run's own files do where they are damaged. */
export async function runSource(run: string): Promise<AuditSource> {
  const { kind } = readRunInfo(run);
  const records = recordsOf(run);
  const gaps = gapsOf(run, kind, records ?? []);
  const broken = new Set(gaps.rollouts);
  const store = openRunStore(run);
  const files = store.files("rollouts").filter(({ step }) => !broken.has(step));
  if (files.length === 0) throw noRollouts(run, kind);
  const omissions: Omission[] = gapSentences(gaps).map((why) => ({ what: "some steps", why }));
  if (records === null) omissions.push({ what: "what the trainer logged", why: "there is no metrics.jsonl" });
  const { labels, missing } = await trueAnswersOf(run);
  if (missing !== null)
    omissions.push({ what: "true answers", why: `the run's prompts cannot be had: ${missing}` });
  const moves = movesReference(run, kind);
  const probed = probeKl(records ?? []);
  if (moves && probed.size === 0)
    omissions.push({
      what: "the Goodhart curve",
      why: "the run's reference moves, so that its KL is no distance from the start",
    });
  const logged = loggedOf(records ?? [], omissions);
  return {
    path: run,
    format: "run",
    notices: [],
    omissions,
    async *steps(): AsyncGenerator<AuditStep, void> {
      for (let at = 0; at < files.length; at += FILES) {
        const rows = await readable(files.slice(at, at + FILES), omissions);
        const steps = stepsOfRows(rows, labels, logged);
        yield* steps.map((step) => ({
          ...step,
          sequenceKl: (moves ? null : step.sequenceKl) ?? probed.get(step.step) ?? null,
        }));
      }
    },
    probes: () => readProbes(run, omissions),
    alarms: () =>
      readAlarms(run).map(({ step, monitor, series, action }) => ({ step, monitor, series, action })),
    async samples(places) {
      const found = [];
      for (const { step, promptId, majority, probe } of places) {
        const file = (probe ? store.files("probe") : files).find((own) => own.step === step);
        if (file === undefined) continue;
        const query = `SELECT prompt, completion FROM read_parquet(${quotePath(file.path)}) WHERE "promptId" = ${quoteText(promptId)}
          ORDER BY (answer IS NOT DISTINCT FROM ${majority === null ? "NULL" : quoteText(majority)}) DESC, "sample" LIMIT 1`;
        for await (const row of streamRows(query))
          found.push({ step, promptId, prompt: String(row.prompt), completion: String(row.completion) });
      }
      return found;
    },
  };
}

/** KL of whole completions to the starting policy, as the probe measured it; a probe's reference never moves. */
function probeKl(records: readonly MetricRecord[]): ReadonlyMap<number, number> {
  return new Map(
    records.flatMap(({ kind, step, metrics: { sequenceKl } }) =>
      kind === "probe" && typeof sequenceKl === "number" ? [[step, sequenceKl] as const] : [],
    ),
  );
}

/** Whether its KL is to a policy of the run's own; what a run without a readable configuration does is not known. */
function movesReference(run: string, kind: string): boolean {
  if (kind !== "train") return false;
  try {
    return readRunConfig(run, trainConfigSchema).klReference === "moving";
  } catch (error) {
    if (error instanceof SelftrainError) return false;
    throw error;
  }
}

/** Null where the run has lost them, or never wrote any. */
function recordsOf(run: string): MetricRecord[] | null {
  const path = join(run, "metrics.jsonl");
  return existsSync(path) ? readMetrics(path) : null;
}

/** The rows of these files; of one that cannot be read it is said, and the others are read. */
async function readable(
  files: readonly { step: number; path: string }[],
  omissions: Omission[],
): Promise<CountedRow[]> {
  try {
    return await countedRows(files.map(({ path }) => path));
  } catch (cause) {
    if (files.length === 1) {
      const why = `its rollouts cannot be read: ${(cause as Error).message.split("\n")[0]}`;
      omissions.push({ what: `step ${files[0]!.step}`, why });
      return [];
    }
  }
  const rows: CountedRow[] = [];
  for (const file of files) rows.push(...(await readable([file], omissions)));
  return rows;
}

/** Numbers of each step's line. What has no number somewhere is said. */
function loggedOf(records: readonly MetricRecord[], omissions: Omission[]) {
  const holes = new Map<string, number>();
  const logged = new Map<number, Record<string, number>>();
  for (const { kind, step, metrics } of records) {
    if (kind !== "step") continue;
    const numbers: Record<string, number> = {};
    for (const [name, value] of Object.entries(metrics)) {
      if (typeof value === "number" && Number.isFinite(value)) numbers[name] = value;
      else if (BASELINES.includes(name)) holes.set(name, (holes.get(name) ?? 0) + 1);
    }
    logged.set(step, numbers);
  }
  for (const [name, steps] of holes)
    omissions.push({ what: name, why: `no number is logged at ${steps} of ${logged.size} steps` });
  return logged;
}

/** Logged figures that an audit reads. */
const BASELINES: readonly string[] = ["kl", "entropy", "gradNorm", "meanLength", "truncatedShare"];

const noRollouts = (run: string, kind: string): SelftrainError =>
  new SelftrainError({
    code: "audit-no-rollouts",
    message: "There are no rollouts to audit.",
    found: "no whole rollouts file",
    where: join(run, "rollouts"),
    remedy:
      kind === "pretrain" || kind === "reward-model"
        ? `A ${kind} run samples nothing; audit one of selftrain train or finetune.`
        : "Let the run finish a step.",
  });
