/** A sweep as a whole: its runs as jobs, then `sweep.json` and `sweep.html` beside them. The entry to this folder. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import type { JobObserver, JobResult } from "../jobs/job.js";
import type { Limits } from "../jobs/limits.js";
import { runJobs } from "../jobs/run-jobs.js";
import { writeReport } from "../report/report.js";
import { renderSweep } from "./page.js";
import type { SweepPlan } from "./plan.js";
import { type SweepResults, sweepResults } from "./results.js";

export interface SweepOptions {
  readonly program: readonly string[];
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly observer?: JobObserver | undefined;
}

export interface SweepOutcome extends SweepResults {
  readonly output: string;
  /** Path of the page. */
  readonly page: string;
}

/** Throws as `runJobs` does. Stopped or not, what is there is written. */
export async function runSweep(plan: SweepPlan, options: SweepOptions): Promise<SweepOutcome> {
  const { output, file, sweep, jobs } = plan;
  const done = await runJobs(jobs, { folder: output, ...options });
  await writeReports(done);
  const results = sweepResults(plan, done);
  writeFileAtomic(join(output, "sweep.json"), `${JSON.stringify({ file, ...results }, null, 1)}\n`);
  const page = join(output, "sweep.html");
  const name = basename(file).replace(/\.ya?ml$/, "");
  writeFileAtomic(page, renderSweep(results, { name, output, settings: { ...sweep, output } }));
  return { ...results, output, page };
}

/** The report of each run that ended in this sitting, or has none yet: what the page leads to. */
async function writeReports(results: readonly JobResult[]): Promise<void> {
  for (const { job, status, seconds } of results) {
    const report = join(job.config.output, "report.html");
    if (status !== "finished" || (seconds === null && existsSync(report))) continue;
    try {
      await writeReport([job.config.output], report);
    } catch (error) {
      // A run that lost a file has no report; `selftrain report` says why. The sweep's own page needs its metrics alone.
      if (!(error instanceof SelftrainError)) throw error;
    }
  }
}
