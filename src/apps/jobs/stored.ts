/**
 * What a folder of jobs keeps beside their run directories: `jobs/NAME.yaml`, the config that the job was begun with, and `jobs/NAME.log`, what its
 * processes said. A folder goes on only with the configs that it has.
 */
import fs from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { pathsOf } from "../../config/overrides.js";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { readStored } from "../../io/fs/stored.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import type { Job, JobResult } from "./job.js";

/** The folder of configs and logs, which no job may be named as. */
export const JOBS = "jobs";

export const configOf = (folder: string, name: string): string => join(folder, JOBS, `${name}.yaml`);
export const logOf = (folder: string, name: string): string => join(folder, JOBS, `${name}.log`);

/** Whether the job's run is finished, in this sitting or an earlier one. Throws as `readRunInfo` does. */
export const isFinished = ({ config }: Job): boolean =>
  isRun(config.output) && readRunInfo(config.output).status === "finished";

/** How a job stands by what its run directory says, where nothing of it runs. */
export function standingOf(job: Job): JobResult {
  try {
    if (!isRun(job.config.output)) return { job, status: "waiting", seconds: null };
    const { status, error } = readRunInfo(job.config.output);
    if (status === "finished") return { job, status, seconds: null };
    if (status !== "failed") return { job, status: "stopped", seconds: null };
    const { code = "job-failed", message = "The run failed." } = error ?? {};
    return {
      job,
      status,
      error: { code, message, remedy: "The same command goes on with it." },
      seconds: null,
    };
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    return { job, status: "failed", error: error.toJSON(), seconds: null };
  }
}

/** Keeps a job's config, as a file that its command takes. */
export function writeConfig(folder: string, { name, config }: Job): string {
  const path = configOf(folder, name);
  makeFolder(join(folder, JOBS));
  writeFileAtomic(path, stringify(config, { lineWidth: 0 }));
  return path;
}

/** Values that are compared, by dotted path. Where the runs lie is none: the folder may be named otherwise, or moved. */
function compared(config: object, outputs: ReadonlySet<unknown>): Map<string, unknown> {
  return new Map(pathsOf(config).filter(([path, value]) => path !== "output" && !outputs.has(value)));
}

type Values = Readonly<Record<string, unknown>>;

interface Change {
  readonly name: string;
  readonly keys: readonly string[];
  readonly found: Values;
  readonly expected: Values;
}

function changeOf(folder: string, { name, config }: Job, outputs: ReadonlySet<unknown>): Change | null {
  const path = configOf(folder, name);
  if (!fs.existsSync(path)) return null;
  const stored = readStored(path, {
    code: "jobs-config-invalid",
    message: "The config that a job was begun with cannot be read.",
    action: "read the config of a job",
    remedy: "Restore the file; or delete it with the run directory of that name, to begin the job anew.",
    read: (text) => parse(text) as object,
  });
  const [before, after] = [compared(stored, new Set()), compared(config, outputs)];
  // What is another job's output here was one there.
  const linked = new Set(pathsOf(config).flatMap(([key, value]) => (outputs.has(value) ? [key] : [])));
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !linked.has(key) && JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)),
  );
  const show = (values: ReadonlyMap<string, unknown>): Values =>
    Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null]));
  return keys.length === 0 ? null : { name, keys, found: show(after), expected: show(before) };
}

/**
 * Throws `jobs-changed` where a job was begun with another config, `jobs-unknown` where the folder has jobs that are not among these, and
 * `jobs-foreign` where a run directory is there that no job made. More jobs than before are welcome.
 */
export function checkStored(folder: string, jobs: readonly Job[]): void {
  const outputs = new Set<unknown>(jobs.map(({ config }) => config.output));
  const changes = jobs.flatMap((job) => changeOf(folder, job, outputs) ?? []);
  const [first] = changes;
  if (first !== undefined) throw changed(folder, first, changes, jobs.length);
  const names = new Set(jobs.map(({ name }) => name));
  const unknown = storedNames(folder).filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new SelftrainError({
      code: "jobs-unknown",
      message: `The folder has ${unknown.length} ${unknown.length === 1 ? "run" : "runs"} that this file does not have.`,
      found: unknown,
      where: folder,
      remedy:
        "Undo the change of the file, or choose another output. To drop a run, delete its folder and its files in jobs/.",
    });
  }
  const foreign = jobs.find(
    ({ name, config }) => isRun(config.output) && !fs.existsSync(configOf(folder, name)),
  );
  if (foreign !== undefined) {
    throw new SelftrainError({
      code: "jobs-foreign",
      message: "There is a run in this folder already, of which it is not known what it was begun with.",
      found: "a run directory without its file in jobs/",
      where: foreign.config.output,
      remedy: "Choose another output, or move that run away.",
    });
  }
}

function changed(folder: string, first: Change, all: readonly Change[], total: number): SelftrainError {
  const keys = [...new Set(all.flatMap((change) => change.keys))];
  const count = all.length === total ? "The runs" : `${all.length} of the ${total} runs`;
  return new SelftrainError({
    code: "jobs-changed",
    message: `${count} in this folder were begun with other values of ${keys.join(", ")}.`,
    found: first.found,
    expected: first.expected,
    where: configOf(folder, first.name),
    remedy: "Undo the change, or choose another output.",
  });
}

function storedNames(folder: string): string[] {
  const path = join(folder, JOBS);
  if (!fs.existsSync(path)) return [];
  return guardFs("list the jobs", path, () => fs.readdirSync(path))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}
