/** A run directory held by this process: everything a trainer writes goes through it. */
import fs from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../errors.js";
import {
  type Checkpoint,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  publishCheckpoint,
} from "./checkpoints.js";
import type { Lock } from "./lock.js";
import type { MetricsLog, ResumeNotice } from "./metrics-log.js";
import { listRollouts, writeRollouts } from "./rollouts.js";
import type { MetricRecord, RolloutRow } from "./run-directory.js";
import { type RunOutcome, readRunInfo, writeRunInfo } from "./run-info.js";

export class Run<C> {
  readonly path: string;
  /** The configuration as resolved. */
  readonly config: C;
  readonly metrics: MetricsLog;
  readonly #lock: Lock;
  #open = true;

  /** Use `createRun` or `openRun`. */
  constructor(path: string, config: C, metrics: MetricsLog, lock: Lock) {
    this.path = path;
    this.config = config;
    this.metrics = metrics;
    this.#lock = lock;
  }

  /**
   * Adds a metric record (see `MetricsLog.append`). Where a resumed run diverges, the rollouts of later steps, which
   * belong to the run that is given up, are deleted.
   */
  append(record: MetricRecord): ResumeNotice | null {
    const notice = this.metrics.append(record);
    if (notice) {
      for (const { step, path } of listRollouts(this.rolloutsFolder)) {
        if (step > record.step) fs.rmSync(path, { force: true });
      }
    }
    return notice;
  }

  get rolloutsFolder(): string {
    return join(this.path, "rollouts");
  }

  /** Writes the rollouts of a step; returns the file. */
  writeRollouts(step: number, rows: readonly RolloutRow[]): Promise<string> {
    return writeRollouts(this.rolloutsFolder, step, rows);
  }

  listCheckpoints(): Checkpoint[] {
    return listCheckpoints(this.path);
  }

  latestCheckpoint(): Checkpoint | null {
    return latestCheckpoint(this.path);
  }

  publishCheckpoint(step: number, write: (folder: string) => Promise<void>): Promise<Checkpoint> {
    return publishCheckpoint(this.path, step, write);
  }

  pruneCheckpoints(keepLatest: number, keepSteps: Iterable<number> = []): Checkpoint[] {
    return pruneCheckpoints(this.path, keepLatest, keepSteps);
  }

  /**
   * Records that the run failed, and gives the directory up. Where not even that can be written, as on a full disk,
   * nothing is thrown: the user is to hear what made the run fail.
   */
  fail(cause: unknown): void {
    const { code, message } =
      cause instanceof SelftrainError ? cause : { code: "unexpected", message: String(cause) };
    try {
      this.close({ status: "failed", error: { code, message } });
    } catch {
      // The lock is given up all the same; the run stays marked as running, and can be resumed.
    }
  }

  /** Records how the run was left and gives the directory up. Later calls do nothing. */
  close(outcome: RunOutcome = { status: "interrupted" }): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.metrics.close();
      const { error: _, ...info } = readRunInfo(this.path);
      writeRunInfo(this.path, { ...info, ...outcome });
    } finally {
      this.#lock.release();
    }
  }
}
