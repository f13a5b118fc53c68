/** Creating a run directory, and opening one again to continue it. */
import fs from "node:fs";
import { join, resolve } from "node:path";
import { SelftrainError } from "../errors.js";
import { isPartial, removePartials, writeFileAtomic } from "../io/fs/atomic.js";
import { makeFolder } from "../io/fs/folder.js";
import { checkWritable, guardFs } from "../io/fs/fs-errors.js";
import { describeEnvironment, type Environment } from "./environment.js";
import { acquireLock, checkLock, type Lock } from "./lock.js";
import { MetricsLog, readMetrics } from "./metrics-log.js";
import { resumePoint } from "./resume-point.js";
import { Run } from "./run.js";
import {
  type ConfigSchema,
  checkResumable,
  defaultResumeRules,
  type ResumeRules,
  readRunConfig,
  writeRunConfig,
} from "./run-config.js";
import {
  isRun,
  newRunInfo,
  type RunInfo,
  type RunKind,
  readRunInfo,
  refuseLost,
  writeRunInfo,
} from "./run-info.js";

/** Folders of a run directory, beside its files. */
const folders = ["rollouts", "checkpoints"];
/** What a creation may have made before it was killed: `run.json` comes last. */
const creationNames = new Set([...folders, "groups", "metrics.jsonl", "environment.json", "config.yaml"]);

/**
 * Creates a run directory and locks it. A folder that exists may be empty, or hold the beginnings of a creation that
 * was killed; any other is refused with `run-exists`, and a run without `run.json` with `run-damaged`.
 */
export function createRun<C extends object>(
  path: string,
  kind: RunKind,
  config: C,
  device: object | null = null,
): Run<C> {
  const folder = resolve(path);
  refuseOccupied(folder);
  makeFolder(folder, "create the run directory");
  return holding(folder, (lock) => {
    // Looked at again under the lock: another process may have been creating the same run.
    refuseOccupied(folder);
    removePartials(folder);
    for (const name of folders) makeFolder(join(folder, name), "create the run directory");
    const metrics = MetricsLog.open(join(folder, "metrics.jsonl"));
    try {
      writeEnvironment(folder, [], device);
      writeRunConfig(folder, config);
      writeRunInfo(folder, newRunInfo(kind));
    } catch (cause) {
      metrics.close();
      throw cause;
    }
    return new Run(folder, config, metrics, lock, { checkpoint: null, notes: [] });
  });
}

/** Throws what `createRun` would, and writes nothing. */
export function checkNewRun(path: string): void {
  const folder = resolve(path);
  refuseOccupied(folder);
  guardFs("create the run directory", folder, () => checkWritable(folder));
  checkLock(join(folder, "lock"));
}

export interface OpenOptions<C> {
  /** Configuration to continue with; the stored one by default. */
  readonly config?: C;
  /** What that configuration may change. */
  readonly rules?: ResumeRules;
  /** The graphics device that this process computes on; null of the processor, the default. */
  readonly device?: object | null;
}

/**
 * Opens a run to continue it: locks it, clears away unfinished writes, repairs a torn metric line, and finds where it goes on. Throws
 * `run-missing` where there is none, `run-in-use`, `run-config-changed` where `config` would change the result, and as `resumePoint` does.
 */
export function openRun<C extends object>(
  path: string,
  kind: RunKind,
  schema: ConfigSchema<C>,
  options: OpenOptions<C> = {},
): Run<C> {
  const folder = resolve(path);
  readRunInfo(folder);
  return holding(folder, (lock) => {
    const { info, config } = readToOpen(folder, kind, schema, options);
    for (const name of folders) makeFolder(join(folder, name), "open the run directory");
    for (const name of ["", ...folders, "groups", "tokens", "probe"])
      if (fs.existsSync(join(folder, name))) removePartials(join(folder, name));
    const file = join(folder, "metrics.jsonl");
    const lost = !fs.existsSync(file);
    const metrics = MetricsLog.open(file);
    try {
      const resumed = resumePoint(folder, kind, metrics.records);
      if (options.config) writeRunConfig(folder, config);
      writeEnvironment(folder, readEnvironments(folder), options.device);
      writeRunInfo(folder, { ...info, status: "running" });
      return new Run(folder, config, metrics, lock, resumed);
    } catch (cause) {
      metrics.close();
      // A run that is refused stays as it is: an empty file would pass for a run that has written nothing.
      if (lost) fs.rmSync(file, { force: true });
      throw cause;
    }
  });
}

/** Throws what `openRun` would of the run as it stands, and writes nothing. */
export function checkOpenRun<C extends object>(
  path: string,
  kind: RunKind,
  schema: ConfigSchema<C>,
  options: OpenOptions<C> = {},
): void {
  const folder = resolve(path);
  readToOpen(folder, kind, schema, options);
  const metrics = join(folder, "metrics.jsonl");
  resumePoint(folder, kind, fs.existsSync(metrics) ? readMetrics(metrics) : []);
  checkLock(join(folder, "lock"));
  guardFs("lock the run directory", folder, () => checkWritable(folder));
}

/** A run that may be continued with this configuration. */
function readToOpen<C extends object>(
  folder: string,
  kind: RunKind,
  schema: ConfigSchema<C>,
  { config: wanted, rules = defaultResumeRules }: OpenOptions<C>,
): { readonly info: Omit<RunInfo, "error">; readonly config: C } {
  const { error: _, ...info } = readRunInfo(folder);
  if (info.kind !== kind) throw wrongKind(folder, info.kind, kind);
  const stored = readRunConfig(folder, schema);
  const config = wanted ?? stored;
  checkResumable(folder, stored, config, rules);
  return { info, config };
}

function holding<T>(folder: string, use: (lock: Lock) => T): T {
  const lock = acquireLock(join(folder, "lock"));
  try {
    return use(lock);
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

function refuseOccupied(folder: string): void {
  if (!fs.existsSync(folder)) return;
  const names = guardFs("read the folder", folder, () => fs.readdirSync(folder));
  const foreign = names.filter(
    (name) => !creationNames.has(name) && !isPartial(name) && !/^lock($|\.)/.test(name),
  );
  if (foreign.length === 0) {
    refuseLost(folder);
    return;
  }
  throw new SelftrainError({
    code: "run-exists",
    message: isRun(folder) ? "There is a run in this folder already." : "The output folder is not empty.",
    found: foreign.slice(0, 5),
    where: folder,
    remedy: isRun(folder)
      ? "Continue it with --resume, or choose another output."
      : "Choose another output, or empty the folder.",
  });
}

/** `environment.json` lists the processes that wrote the run: the one that created it, then each that resumed it. */
function writeEnvironment(
  folder: string,
  earlier: readonly Environment[],
  device: object | null = null,
): void {
  const all = [...earlier, describeEnvironment(device)];
  writeFileAtomic(join(folder, "environment.json"), `${JSON.stringify(all, null, 2)}\n`);
}

function readEnvironments(folder: string): Environment[] {
  try {
    const stored: unknown = JSON.parse(fs.readFileSync(join(folder, "environment.json"), "utf8"));
    return Array.isArray(stored) ? (stored as Environment[]) : [];
  } catch {
    // It informs and nothing depends on it: a damaged one must not keep a run from continuing.
    return [];
  }
}

function wrongKind(folder: string, found: RunKind, expected: RunKind): SelftrainError {
  return new SelftrainError({
    code: "run-kind-mismatch",
    message: `The folder holds a ${found} run and was opened as a ${expected} run.`,
    found,
    expected,
    where: folder,
    remedy: `Continue it with selftrain ${found} --resume.`,
  });
}
