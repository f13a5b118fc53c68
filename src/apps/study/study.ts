/** A study as a whole: what is predicted is fixed, the runs are made, and the report is written. The entry to this folder. */
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import type { JobObserver, JobResult } from "../jobs/job.js";
import type { Limits } from "../jobs/limits.js";
import { runJobs } from "../jobs/run-jobs.js";
import { checkStored, standingOf } from "../jobs/stored.js";
import { fixingOf, fixPredictions } from "./fixed.js";
import type { StudyPlan } from "./plan.js";
import { studyMarkdown } from "./report/markdown.js";
import { renderStudy } from "./report/page.js";
import { type StudyResults, studyResults } from "./results.js";

export interface StudyOptions {
  readonly program: readonly string[];
  readonly limits: Limits;
  /** Seeds to run in this sitting; the report is of all. */
  readonly seeds?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly observer?: JobObserver | undefined;
}

export interface StudyOutcome extends StudyResults {
  readonly output: string;
  /** Path of the page. */
  readonly page: string;
}

const jobsOf = ({ runs }: StudyPlan) => runs.map(({ job }) => job);

/** Throws `study-changed` and its like before anything begins, and as `runJobs` does. Stopped or not, what is there is reported. */
export async function runStudy(plan: StudyPlan, { seeds, ...options }: StudyOptions): Promise<StudyOutcome> {
  checkSeeds(plan, seeds);
  checkStored(plan.output, jobsOf(plan));
  fixPredictions(plan);
  const only =
    seeds && new Set(plan.runs.filter(({ seed }) => seeds.includes(seed)).map(({ job }) => job.name));
  const done = await runJobs(jobsOf(plan), { folder: plan.output, ...options, only });
  // What this sitting left alone stands as its folder says.
  return report(
    plan,
    done.map((result) => (result.status === "waiting" ? standingOf(result.job) : result)),
  );
}

/** The report of what is there. Throws where other arms, or other values of theirs, were run; other predictions are named in it. */
export async function reportStudy(plan: StudyPlan): Promise<StudyOutcome> {
  const jobs = jobsOf(plan);
  fixingOf(plan);
  checkStored(plan.output, jobs);
  return report(plan, jobs.map(standingOf));
}

async function report(plan: StudyPlan, ended: readonly JobResult[]): Promise<StudyOutcome> {
  const results = await studyResults(plan, ended, fixingOf(plan));
  const path = (name: string): string => join(plan.output, name);
  writeFileAtomic(path("study.json"), `${JSON.stringify(results, null, 1)}\n`);
  writeFileAtomic(path("study.md"), studyMarkdown(results));
  writeFileAtomic(path("study.html"), renderStudy(results));
  return { ...results, output: plan.output, page: path("study.html") };
}

export function checkSeeds({ seeds, file }: StudyPlan, given: readonly number[] | undefined): void {
  const unknown = given?.filter((seed) => !seeds.includes(seed)) ?? [];
  if (unknown.length === 0) return;
  throw new SelftrainError({
    code: "study-seeds",
    message: `The study has no seed ${unknown.join(", ")}.`,
    found: given,
    expected: seeds,
    where: file,
    remedy: "Name seeds of the study; --seeds runs a part of it.",
  });
}
