/** What jobs would do, for `--dry-run`: every run with its memory, and how many run at once. Nothing is written. */
import { throwProblems } from "../../config/problems.js";
import { type ErrorDetails, SelftrainError } from "../../errors.js";
import { isRun } from "../../run/run-info.js";
import { JOB_COMMANDS } from "./commands.js";
import type { Job } from "./job.js";
import { type Limits, threadsOf } from "./limits.js";
import { checkStored, isFinished } from "./stored.js";

export interface PlannedJob {
  readonly name: string;
  readonly command: string;
  /** Finished before: it is kept. */
  readonly finished: boolean;
  /** Bytes by the plan of the run; null where its base model is still to be made, or it is finished. */
  readonly memory: number | null;
  /** Bytes that it may use at most: `engine.memoryBudgetMiB`. */
  readonly mostMemory: number;
  readonly threads: number;
  readonly config: Job["config"];
}

export interface PlannedJobs {
  readonly output: string;
  readonly jobs: readonly PlannedJob[];
  readonly limits: Limits;
  /** Runs at once, where all take what the largest takes. */
  readonly atOnce: number;
}

export interface PlannedWork {
  readonly output: string;
  readonly jobs: readonly Job[];
  /** Every job of the folder, where these are a part of them. */
  readonly all?: readonly Job[];
}

/** Throws as `runJobs` does before anything begins, and what stops any run that can be planned, all of it in one go. */
export async function dryJobs(
  { output, jobs, all = jobs }: PlannedWork,
  limits: Limits,
): Promise<PlannedJobs> {
  checkStored(output, all);
  const problems: ErrorDetails[] = [];
  const planned: PlannedJob[] = [];
  for (const job of jobs) planned.push(await plannedJob(job, all, problems));
  throwProblems(problems);
  const open = planned.filter(({ finished }) => !finished);
  const largest = (of: (job: PlannedJob) => number): number => Math.max(1, ...open.map(of));
  const atOnce = Math.min(
    limits.jobs,
    open.length,
    Math.floor(limits.threads / largest(({ threads }) => threads)),
    Math.floor(limits.memory / largest(({ memory, mostMemory }) => memory ?? mostMemory)),
  );
  return { output, jobs: planned, limits, atOnce: Math.max(Math.min(1, open.length), atOnce) };
}

async function plannedJob(job: Job, jobs: readonly Job[], problems: ErrorDetails[]): Promise<PlannedJob> {
  const { name, command, config, needs = [] } = job;
  const finished = isFinished(job);
  const ready = jobs.every((other) => !needs.includes(other.name) || isFinished(other));
  let memory: number | null = null;
  try {
    if (!finished && ready)
      memory = (await JOB_COMMANDS[command].plan(config, { resume: isRun(config.output) })).memory.total;
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    problems.push({ ...error.toJSON(), message: `${name}: ${error.message}` });
  }
  const { memoryBudgetMiB } = config.engine;
  return {
    name,
    command,
    finished,
    memory,
    mostMemory: memoryBudgetMiB * 2 ** 20,
    threads: threadsOf(config),
    config,
  };
}
