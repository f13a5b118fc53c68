/** A run directory held by this process: everything a trainer writes goes through it. */
import fs from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../errors.js";
import type { HiddenLabels } from "../group.js";
import { removeFolder } from "../io/fs/atomic.js";
import { type Alarm, removeAlarms, writeAlarm } from "./alarms.js";
import {
  type Checkpoint,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  prunedCheckpoints,
  publishCheckpoint,
} from "./checkpoints.js";
import type { Lock } from "./lock.js";
import { writeManifest } from "./manifest.js";
import type { MetricsLog, MetricsNotice } from "./metrics-log.js";
import { dropProbesAfter, writeProbe } from "./probes.js";
import type { ResumePoint } from "./resume-point.js";
import { listRollouts, writeRollouts } from "./rollouts.js";
import type { MetricRecord, ProbeRow, RolloutRow, TokenRow } from "./run-directory.js";
import { type RunOutcome, readRunInfo, writeRunInfo } from "./run-info.js";
import { dropGroupsAfter, writeGroups } from "./store/group-files.js";
import { groupVotes } from "./store/group-vote.js";
import { dropTokensAfter, writeTokens } from "./tokens.js";

export class Run<C> {
  readonly path: string;
  /** The configuration as resolved. */
  readonly config: C;
  readonly metrics: MetricsLog;
  /** Where it goes on, with what the user should know about that; nowhere and nothing in a new run. */
  readonly resumed: ResumePoint;
  readonly #lock: Lock;
  #open = true;

  /** Use `createRun` or `openRun`. */
  constructor(path: string, config: C, metrics: MetricsLog, lock: Lock, resumed: ResumePoint) {
    this.path = path;
    this.config = config;
    this.metrics = metrics;
    this.#lock = lock;
    this.resumed = resumed;
  }

  /**
   * Adds a metric record (see `MetricsLog.append`). Where a resumed run diverges, rollouts, groups, tokens, probes and checkpoints of later steps,
   * which belong to the run that is given up, are deleted, and its alarms.
   */
  append(record: MetricRecord): MetricsNotice | null {
    const notice = this.metrics.append(record);
    if (notice?.code === "resume-diverged") {
      for (const { step, path } of listRollouts(this.rolloutsFolder)) {
        if (step > record.step) fs.rmSync(path, { force: true });
      }
      dropGroupsAfter(this.path, record.step);
      dropTokensAfter(this.path, record.step);
      dropProbesAfter(this.path, record.step);
      // The checkpoint of a step follows its line; a measurement of the step changes no weights.
      const first = record.kind === "step" ? record.step : record.step + 1;
      for (const { step, path } of this.listCheckpoints()) if (step >= first) removeFolder(path);
      removeAlarms(this.path, record);
    }
    return notice;
  }

  /** Writes an alarm where it is not there already; says whether it was new. */
  writeAlarm(alarm: Alarm): boolean {
    return writeAlarm(this.path, alarm);
  }

  get rolloutsFolder(): string {
    return join(this.path, "rollouts");
  }

  /**
   * Writes the groups of a step with their true answers where there are any, then its rollouts; returns the file of these. It comes last because a
   * round that finds its rollouts is not sampled again.
   */
  async writeRollouts(step: number, rows: readonly RolloutRow[], labels?: HiddenLabels): Promise<string> {
    writeGroups(this.path, step, groupVotes(rows, labels));
    return writeRollouts(this.rolloutsFolder, step, rows);
  }

  /** Writes the tokens of a step's rollouts. */
  writeTokens(step: number, rows: readonly TokenRow[]): Promise<void> {
    return writeTokens(this.path, step, rows);
  }

  /** Writes the samples of a probe. */
  writeProbe(step: number, rows: readonly ProbeRow[]): Promise<void> {
    return writeProbe(this.path, step, rows);
  }

  listCheckpoints(): Checkpoint[] {
    return listCheckpoints(this.path);
  }

  latestCheckpoint(): Checkpoint | null {
    return latestCheckpoint(this.path);
  }

  publishCheckpoint(step: number, write: (folder: string) => Promise<void>): Promise<Checkpoint> {
    return publishCheckpoint(this.path, step, async (folder) => {
      await write(folder);
      await writeManifest(folder, step, this.metrics.records);
    });
  }

  /** See `prunedCheckpoints`; `step` is where the run stands. */
  prunedCheckpoints(step: number, keepLatest: number, keepSteps: Iterable<number> = []): Checkpoint[] {
    return prunedCheckpoints(this.path, keepLatest, keepSteps, step);
  }

  /** See `pruneCheckpoints`; `step` is where the run stands. */
  pruneCheckpoints(step: number, keepLatest: number, keepSteps: Iterable<number> = []): Checkpoint[] {
    return pruneCheckpoints(this.path, keepLatest, keepSteps, step);
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
