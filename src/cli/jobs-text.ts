/** Jobs on the terminal: what a dry run says, a line a job that ended, and where all of them stand. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PlannedJobs } from "../apps/jobs/dry-run.js";
import type { Job, JobObserver, JobResult, JobsView } from "../apps/jobs/job.js";
import { evaluationWords, timeLeft } from "../apps/progress/lines.js";
import { duration, MISSING } from "../apps/report/format.js";
import type { LockHolder } from "../run/lock.js";
import { readMetrics } from "../run/metrics-log.js";
import type { ProgressDisplay } from "./progress/display.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";
import { shownPath } from "./words.js";

/** Says what happens to jobs in a folder. */
export function jobsObserver(title: string, output: string, display: ProgressDisplay): JobObserver {
  let begun = false;
  return (event, view) => {
    if (event.type === "begin" && !begun) {
      begun = true;
      display.say(beginLine(view, output));
    }
    if (event.type === "held") display.say(heldLine(event.job, event.holder));
    if (event.type === "end") display.say(endLine(title, event.result, view));
    display.start(standing(title, view));
  };
}

/** `sweep 3/18, 2 running, 4 min left`. */
function standing(title: string, { total, finished, failed, running, secondsLeft }: JobsView): string {
  const left = finished + failed < total ? timeLeft(secondsLeft) : "";
  return [
    `${title} ${finished + failed}/${total}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(left === "" ? [] : [left]),
  ].join(", ");
}

/** Said once, when the first run begins. */
const beginLine = ({ total, finished }: JobsView, output: string): string =>
  `${total - finished} of ${total} runs to do in ${shownPath(output)}`;

/** `lr=1e-4,seed=0: 12.3 s, mean 71.2% · agreement 80.0% | sweep 3/18, 2 running, 4 min left`. */
function endLine(title: string, { job, status, error, seconds }: JobResult, view: JobsView): string {
  return `${job.name}: ${ending(job, status, error, seconds)} | ${standing(title, view)}`;
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

const heldLine = ({ name }: Job, { pid, hostname }: LockHolder): string =>
  `${name}: waiting for process ${pid} on ${hostname}, which writes in its folder`;

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;

export function dryRunText({ output, jobs, limits, atOnce }: PlannedJobs, paint: Paint): string {
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
