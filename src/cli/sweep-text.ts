/** A sweep on the terminal: a line a run that ended, and the table at the end. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Job, JobResult, JobsView } from "../apps/jobs/job.js";
import { evaluationWords, timeLeft } from "../apps/progress/lines.js";
import { duration, MISSING } from "../apps/report/format.js";
import type { PlannedSweep } from "../apps/sweep/dry-run.js";
import type { SweepOutcome } from "../apps/sweep/sweep.js";
import {
  bestSentence,
  countsSentence,
  metricText,
  overText,
  signsText,
  statusText,
  valueCells,
} from "../apps/sweep/words.js";
import type { LockHolder } from "../run/lock.js";
import { readMetrics } from "../run/metrics-log.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";
import { shellWord, shownPath } from "./words.js";

/** `sweep 3/18, 2 running, 4 min left`. */
export function standing({ total, finished, failed, running, secondsLeft }: JobsView): string {
  const left = finished + failed < total ? timeLeft(secondsLeft) : "";
  return [
    `sweep ${finished + failed}/${total}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(left === "" ? [] : [left]),
  ].join(", ");
}

/** Said once, when the first run begins. */
export const beginLine = ({ total, finished }: JobsView, output: string): string =>
  `${total - finished} of ${total} runs to do in ${shownPath(output)}`;

/** `lr=1e-4,seed=0: 12.3 s, mean 71.2% · agreement 80.0% | sweep 3/18, 2 running, 4 min left`. */
export function endLine({ job, status, error, seconds }: JobResult, view: JobsView): string {
  return `${job.name}: ${ending(job, status, error, seconds)} | ${standing(view)}`;
}

function ending(job: Job, status: string, error: JobResult["error"], seconds: number | null): string {
  if (error !== undefined) return `failed, ${error.code}: ${error.message}`;
  if (status !== "finished") return "stopped";
  const path = join(job.config.output, "metrics.jsonl");
  const last = existsSync(path) ? readMetrics(path).findLast(({ kind }) => kind === "eval") : undefined;
  return [
    ...(seconds === null ? ["finished"] : [duration(seconds)]),
    ...(last === undefined ? [] : [evaluationWords(last)]),
  ].join(", ");
}

export const heldLine = ({ name }: Job, { pid, hostname }: LockHolder): string =>
  `${name}: waiting for process ${pid} on ${hostname}, which writes in its folder`;

export function sweepText(outcome: SweepOutcome, paint: Paint): string {
  const { output, page, bases, runs } = outcome;
  const best = bestSentence(outcome);
  const failed = [...bases, ...runs].filter(({ error }) => error !== undefined);
  return [
    ...(outcome.combinations === null ? [] : [combinationsTable(outcome, paint), ""]),
    runsTable(outcome, paint),
    "",
    countsSentence(outcome),
    ...failed.map(({ name, error }) => paint("red", `failed: ${name}: ${error!.code}: ${error!.message}`)),
    ...(best === null ? [] : [best]),
    `table, plot and links: ${shownPath(page)}`,
    ...(failed.length > 0 ? [`logs: ${shellWord(shownPath(join(output, "jobs")))}`] : []),
  ].join("\n");
}

function combinationsTable(outcome: SweepOutcome, paint: Paint): string {
  const { keys, columns, combinations } = outcome;
  const header = [
    ...keys.map(({ name }) => name),
    "seeds",
    ...columns.map(({ title }) => title),
    "with signs",
  ];
  const rows = combinations!.map((one) => [
    ...valueCells(outcome, one),
    String(one.runs),
    ...columns.map((column) => overText(column, one.metrics[column.key])),
    one.runs > 0 ? `${one.withSigns} of ${one.runs}` : MISSING,
  ]);
  return table(header, rows, paint);
}

function runsTable(outcome: SweepOutcome, paint: Paint): string {
  const { keys, columns, runs } = outcome;
  const seeded = runs.some(({ seed }) => seed !== null);
  const header = [
    ...keys.map(({ name }) => name),
    ...(seeded ? ["seed"] : []),
    ...columns.map(({ title }) => title),
    "signs",
    "status",
  ];
  const rows = runs.map((run) => [
    ...valueCells(outcome, run),
    ...(seeded ? [String(run.seed)] : []),
    ...columns.map((column) => metricText(column, run.metrics[column.key])),
    signsText(run),
    statusText(run),
  ]);
  return table(header, rows, paint);
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;

export function dryRunText({ output, jobs, limits, atOnce }: PlannedSweep, paint: Paint): string {
  const rows = jobs.map(({ name, command, finished, memory, mostMemory, threads }) => [
    name,
    command,
    finished ? MISSING : memory === null ? `at most ${mebibytes(mostMemory)}` : mebibytes(memory),
    String(threads),
    finished ? "finished before" : memory === null ? "planned when its base is made" : "",
  ]);
  const open = jobs.filter(({ finished }) => !finished).length;
  return [
    table(["run", "command", "memory", "threads", ""], rows, paint, "text"),
    "",
    `${open} of ${jobs.length} to do in ${shownPath(output)}, ${atOnce} at once: ${limits.threads} cores, ${mebibytes(limits.memory)} of memory${Number.isFinite(limits.jobs) ? `, --jobs ${limits.jobs}` : ""}`,
  ].join("\n");
}
