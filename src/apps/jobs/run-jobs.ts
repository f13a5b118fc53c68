/**
 * The scheduler: jobs as processes, each after what it needs, as many at once as fit, none stopped by another's failure. What is finished is
 * kept, what was begun goes on, so that the same call again does what is left.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SelftrainError } from "../../errors.js";
import { makeFolder } from "../../io/fs/folder.js";
import { acquireLock, lockHolder } from "../../run/lock.js";
import { isRun } from "../../run/run-info.js";
import { type Child, startChild } from "./child.js";
import { JOB_COMMANDS } from "./commands.js";
import type { Job, JobObserver, JobResult, JobsView } from "./job.js";
import { fits, type Limits, type Need, threadsOf } from "./limits.js";
import { checkStored, isFinished, logOf, writeConfig } from "./stored.js";
import { timeLeft, type Work } from "./time-left.js";

export interface JobsOptions {
  /** Keeps configs and logs in `jobs/`; the run directories may lie anywhere. */
  readonly folder: string;
  /** Program and first arguments of the command line: `[process.execPath, ".../cli/main.js"]`. */
  readonly program: readonly string[];
  readonly limits: Limits;
  /** Which jobs to begin, by name; by default all. The others stay as they are. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Aborted: no job begins any more, and those that run end their step and save. */
  readonly signal?: AbortSignal | undefined;
  readonly observer?: JobObserver | undefined;
}

interface Running {
  readonly need: Need;
  readonly began: number;
  readonly ended: Promise<void>;
  child: Child | null;
}

/** Milliseconds between looks at a run directory that another process holds. */
const LOOK = 250;

/** Sequences that a job computes; comparable among jobs of one command. */
const workOf = ({ command, config }: Job): Work => ({ command, work: JOB_COMMANDS[command].work(config) });

/**
 * Results in the order of the jobs. Before anything begins it throws as `checkStored` does, and `run-in-use` where another process runs jobs in
 * the folder.
 */
export async function runJobs(jobs: readonly Job[], options: JobsOptions): Promise<readonly JobResult[]> {
  checkStored(options.folder, jobs);
  makeFolder(options.folder);
  const lock = acquireLock(join(options.folder, "lock"));
  try {
    return await new Scheduler(jobs, options).run();
  } finally {
    lock.release();
  }
}

class Scheduler {
  readonly #jobs: readonly Job[];
  readonly #options: JobsOptions;
  readonly #results = new Map<string, JobResult>();
  readonly #running = new Map<string, Running>();
  readonly #needs = new Map<string, Need>();
  /** Jobs that were run from their first step to their last in this sitting. */
  readonly #timed: (Work & { seconds: number })[] = [];

  constructor(jobs: readonly Job[], options: JobsOptions) {
    this.#jobs = jobs;
    this.#options = options;
  }

  get #stopped(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async run(): Promise<readonly JobResult[]> {
    const stop = (): void => {
      for (const { child } of this.#running.values()) child?.stop();
    };
    this.#options.signal?.addEventListener("abort", stop);
    try {
      for (const job of this.#jobs)
        await this.#recording(job, () => {
          if (isFinished(job)) this.#results.set(job.name, { job, status: "finished", seconds: null });
        });
      for (;;) {
        const known = this.#results.size;
        this.#failDependents();
        await this.#beginWhatFits();
        if (this.#running.size > 0) await Promise.race([...this.#running.values()].map(({ ended }) => ended));
        // A job that failed before it began leaves dependents to look at.
        else if (this.#results.size === known) break;
      }
    } catch (error) {
      // A fault of ours leaves no process behind.
      stop();
      await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
      throw error;
    } finally {
      this.#options.signal?.removeEventListener("abort", stop);
    }
    const left = this.#wanted().filter(({ name }) => !this.#results.has(name));
    if (left.length > 0 && !this.#stopped)
      throw new RangeError(`jobs need each other, or others: ${left.map(({ name }) => name).join(", ")}`);
    return this.#jobs.map((job) => this.#results.get(job.name) ?? { job, status: "waiting", seconds: null });
  }

  #wanted(): readonly Job[] {
    const { only } = this.#options;
    return only === undefined ? this.#jobs : this.#jobs.filter(({ name }) => only.has(name));
  }

  #open(): Job[] {
    return this.#wanted().filter(({ name }) => !this.#results.has(name) && !this.#running.has(name));
  }

  #failDependents(): void {
    // Again until nothing changes: what needs a job that cannot run cannot run either.
    for (let more = true; more; ) {
      more = false;
      for (const job of this.#open()) {
        const failed = job.needs?.find((name) => this.#results.get(name)?.status === "failed");
        if (failed === undefined) continue;
        more = true;
        const { error } = this.#results.get(failed)!;
        this.#end(job, {
          status: "failed",
          error: {
            code: "job-needs",
            message: `The run needs ${failed}, which failed: ${error?.message ?? "it was not finished"}`,
            remedy: `Mend ${failed}; the same command goes on.`,
          },
        });
      }
    }
  }

  async #beginWhatFits(): Promise<void> {
    for (const job of this.#open()) {
      if (this.#stopped) return;
      const ready = (job.needs ?? []).every((name) => this.#results.get(name)?.status === "finished");
      // Without its memory first: to plan a job takes a moment, and of hundreds most have to wait for cores alone.
      if (!ready || !this.#fits({ threads: threadsOf(job.config), bytes: 0 })) continue;
      await this.#recording(job, async () => {
        const need = await this.#needOf(job);
        if (!this.#stopped && this.#fits(need)) this.#begin(job, need);
      });
    }
  }

  /** What goes wrong with a job is that job's failure. */
  async #recording(job: Job, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      this.#end(job, { status: "failed", error: error.toJSON() });
    }
  }

  #fits(need: Need): boolean {
    return fits(
      need,
      [...this.#running.values()].map((running) => running.need),
      this.#options.limits,
    );
  }

  async #needOf({ name, command, config }: Job): Promise<Need> {
    const known = this.#needs.get(name);
    if (known !== undefined) return known;
    const held = lockHolder(join(config.output, "lock")) !== null;
    // A run that another process writes cannot be looked at; it takes no more than it may.
    const bytes = held
      ? config.engine.memoryBudgetMiB * 2 ** 20
      : (await JOB_COMMANDS[command].plan(config, { resume: isRun(config.output) })).memory.total;
    const need = { threads: threadsOf(config), bytes };
    this.#needs.set(name, need);
    return need;
  }

  #begin(job: Job, need: Need): void {
    const file = writeConfig(this.#options.folder, job);
    const running: Running = {
      need,
      began: performance.now(),
      child: null,
      ended: Promise.resolve().then(() => this.#recording(job, () => this.#carryOut(job, file))),
    };
    this.#running.set(job.name, running);
  }

  async #carryOut(job: Job, file: string): Promise<void> {
    const running = this.#running.get(job.name)!;
    const { output } = job.config;
    if (!(await this.#free(job))) return this.#end(job, { status: "waiting" });
    if (isFinished(job)) return this.#end(job, { status: "finished" });
    const resumed = isRun(output);
    const { words } = JOB_COMMANDS[job.command];
    const how = resumed ? ["--resume", output] : ["--config", file];
    const log = logOf(this.#options.folder, job.name);
    const began = performance.now();
    running.child = startChild([...this.#options.program, ...words, ...how, "--json"], log);
    this.#tell({ type: "begin", job, resumed });
    const ending = await running.child.ended;
    const seconds = (performance.now() - began) / 1000;
    if (ending.status === "finished" && !resumed) this.#timed.push({ ...workOf(job), seconds });
    this.#end(job, { ...ending, seconds });
  }

  /** Waits until no other process writes in the run directory; false where it was stopped before. */
  async #free(job: Job): Promise<boolean> {
    const lock = join(job.config.output, "lock");
    const holder = lockHolder(lock);
    if (holder !== null) this.#tell({ type: "held", job, holder });
    while (!this.#stopped && lockHolder(lock) !== null) await sleep(LOOK);
    return !this.#stopped;
  }

  #end(
    job: Job,
    { seconds = null, ...ending }: Pick<JobResult, "status" | "error"> & { seconds?: number | null },
  ): void {
    this.#running.delete(job.name);
    const result: JobResult = { job, ...ending, seconds };
    this.#results.set(job.name, result);
    if (ending.status !== "waiting") this.#tell({ type: "end", result });
  }

  #tell(event: Parameters<JobObserver>[0]): void {
    this.#options.observer?.(event, this.#view());
  }

  #view(): JobsView {
    const wanted = this.#wanted();
    const count = (status: JobResult["status"]): number =>
      wanted.filter(({ name }) => this.#results.get(name)?.status === status).length;
    const elapsed = ({ name }: Job): number => {
      const running = this.#running.get(name);
      return running === undefined ? 0 : (performance.now() - running.began) / 1000;
    };
    const left = this.#wanted()
      .filter(({ name }) => !this.#results.has(name))
      .map((job) => ({ ...workOf(job), elapsed: elapsed(job) }));
    return {
      total: this.#wanted().length,
      finished: count("finished"),
      failed: count("failed"),
      running: this.#running.size,
      secondsLeft: timeLeft(this.#timed, left, this.#lanes),
    };
  }

  /** Most jobs that have run at once. */
  get #lanes(): number {
    this.#most = Math.max(this.#most, this.#running.size);
    return this.#most;
  }
  #most = 1;
}
