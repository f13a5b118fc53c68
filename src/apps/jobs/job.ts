/** A job: one run of a command in a run directory of its own, after the jobs that it needs. */
import type { ErrorDetails } from "../../errors.js";
import type { LockHolder } from "../../run/lock.js";

export type JobCommand = "train" | "pretrain" | "finetune" | "reward-model";

/** What every config of a job has; the rest is its command's. */
export interface JobConfig {
  /** The run directory. */
  readonly output: string;
  readonly engine: { readonly threads?: number | undefined; readonly memoryBudgetMiB: number };
}

export interface Job {
  /** Distinct among the jobs, and a file name. */
  readonly name: string;
  readonly command: JobCommand;
  /** As the command's schema resolves it. */
  readonly config: JobConfig;
  /** Names of the jobs that must be finished before. */
  readonly needs?: readonly string[];
}

/** How a job stands when the scheduler returns. */
export interface JobResult {
  readonly job: Job;
  /** `stopped`: begun, and can go on; `waiting`: not begun. */
  readonly status: "finished" | "failed" | "stopped" | "waiting";
  /** Why it failed. */
  readonly error?: ErrorDetails;
  /** Of the process that ended it; null where there was none, as of a job that was finished before. */
  readonly seconds: number | null;
}

/** How all jobs stand. */
export interface JobsView {
  readonly total: number;
  /** Finished, those of earlier sittings too. */
  readonly finished: number;
  readonly failed: number;
  readonly running: number;
  /** Null until a job of each command that is left has been timed. */
  readonly secondsLeft: number | null;
}

export type JobEvent =
  /** A process begins; `resumed` where its run goes on. */
  | { readonly type: "begin"; readonly job: Job; readonly resumed: boolean }
  /** Another process writes in the run directory, and is waited for. */
  | { readonly type: "held"; readonly job: Job; readonly holder: LockHolder }
  /** A job ended that was running, or that cannot run. */
  | { readonly type: "end"; readonly result: JobResult };

export type JobObserver = (event: JobEvent, view: JobsView) => void;
