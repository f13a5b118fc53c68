/**
 * A label folder on disk.
 *
 * ```
 * labels.parquet     a row a prompt; it appears last, and so says that the folder is whole
 * rollouts.parquet   a row a sample
 * label.yaml         the configuration as resolved
 * environment.json   versions, machine and git revision of each process that wrote here
 * parts/part-000003/ both tables of some prompts, until all are there
 * lock               who writes here
 * ```
 */
import fs from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { type LabelConfig, labelConfigSchema } from "../../config/label-config.js";
import { asItWas } from "../../earlier-config.js";
import { SelftrainError } from "../../errors.js";
import type { TemplateVariables } from "../../group.js";
import {
  isPartial,
  publishFolder,
  removeFolder,
  removePartials,
  writeFileAtomic,
} from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { checkWritable, guardFs } from "../../io/fs/fs-errors.js";
import { joinParquet, writeParquet } from "../../io/fs/parquet.js";
import { readTextFile } from "../../io/fs/text-file.js";
import { describeEnvironment } from "../../run/environment.js";
import { acquireLock, checkLock, type Lock } from "../../run/lock.js";
import { type LabelledRollout, type LabelRow, labelColumns, rolloutColumns } from "./rows.js";

export const labelsFile = (folder: string): string => join(folder, "labels.parquet");
export const rolloutsFile = (folder: string): string => join(folder, "rollouts.parquet");

/** What the chat template was told of the prompts of a folder; absent where it was told nothing, or the folder's configuration is gone. */
export function labelledWith(folder: string): TemplateVariables | undefined {
  const path = join(folder, "label.yaml");
  if (!fs.existsSync(path)) return undefined;
  return labelConfigSchema.parse(parse(fs.readFileSync(path, "utf8"))).prompts.variables;
}

/** What a kill may have left in a folder that is not whole. */
const ownNames = new Set(["label.yaml", "environment.json", "parts", "rollouts.parquet", "lock"]);
/** Keys that change no vote. */
const freeKeys = new Set(["output", "engine"]);

export class LabelFolder {
  readonly path: string;
  readonly #lock: Lock;

  private constructor(path: string, lock: Lock) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Begins a folder, or continues one that was not finished. Throws `labels-exist` where it is whole, `labels-folder-occupied` where
   * something else lies there, `label-config-changed` where it was begun with another configuration, and `run-in-use`.
   */
  static open(output: string, config: LabelConfig, device: object | null): LabelFolder {
    const folder = resolve(output);
    refuseForeign(folder);
    makeFolder(join(folder, "parts"), "create the label folder", folder);
    const lock = acquireLock(join(folder, "lock"));
    try {
      refuseForeign(folder);
      checkUnchanged(folder, config);
      for (const name of ["", "parts"]) removePartials(join(folder, name));
      writeEnvironment(folder, device);
      writeFileAtomic(join(folder, "label.yaml"), stringify(config, { lineWidth: 0 }));
      return new LabelFolder(folder, lock);
    } catch (cause) {
      lock.release();
      throw cause;
    }
  }

  /** Throws what `open` would, and writes nothing. Returns how many parts are there. */
  static check(output: string, config: LabelConfig): number {
    const folder = resolve(output);
    refuseForeign(folder);
    guardFs("create the label folder", folder, () => checkWritable(folder));
    checkLock(join(folder, "lock"));
    checkUnchanged(folder, config);
    return partsIn(folder);
  }

  /** Parts that are there: the first so many. */
  get parts(): number {
    return partsIn(this.path);
  }

  /** Adds the next part, in one step. */
  async addPart(labels: readonly LabelRow[], rollouts: readonly LabelledRollout[]): Promise<void> {
    await publishFolder(partOf(this.path, this.parts), async (folder) => {
      await writeParquet(rolloutsFile(folder), rolloutColumns, rollouts, "write the samples");
      await writeParquet(labelsFile(folder), labelColumns, labels, "write the labels");
    });
  }

  /** Joins the parts; the labels last, because a folder that has them is whole. */
  async finish(): Promise<void> {
    const parts = Array.from({ length: this.parts }, (_, i) => partOf(this.path, i));
    await joinParquet(rolloutsFile(this.path), parts.map(rolloutsFile), "write the samples");
    await joinParquet(labelsFile(this.path), parts.map(labelsFile), "write the labels");
    removeFolder(join(this.path, "parts"));
  }

  close(): void {
    this.#lock.release();
  }
}

const partOf = (folder: string, index: number): string =>
  join(folder, "parts", `part-${String(index).padStart(6, "0")}`);

function partsIn(folder: string): number {
  let count = 0;
  while (fs.existsSync(partOf(folder, count))) count++;
  return count;
}

function refuseForeign(folder: string): void {
  if (!fs.existsSync(folder)) return;
  const names = guardFs("read the folder", folder, () => fs.readdirSync(folder));
  if (names.includes("labels.parquet")) {
    throw new SelftrainError({
      code: "labels-exist",
      message: "This folder holds finished labels already.",
      where: folder,
      remedy: "Use them, or choose another output.",
    });
  }
  const foreign = names.filter(
    (name) => !ownNames.has(name) && !isPartial(name) && !name.startsWith("lock."),
  );
  if (foreign.length === 0) return;
  throw new SelftrainError({
    code: "labels-folder-occupied",
    message: "The output folder is not empty, and not of unfinished labels.",
    found: foreign.slice(0, 5),
    where: folder,
    remedy: "Choose another output, or empty the folder.",
  });
}

function checkUnchanged(folder: string, config: LabelConfig): void {
  const path = join(folder, "label.yaml");
  if (!fs.existsSync(path)) return;
  const stored: unknown = asItWas(parse(readTextFile(path, "read the configuration")));
  const before = (stored ?? {}) as Readonly<Record<string, unknown>>;
  const after = parse(stringify(config)) as Readonly<Record<string, unknown>>;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !freeKeys.has(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  if (changed.length === 0) return;
  const only = (values: typeof before) =>
    Object.fromEntries(changed.map((key) => [key, values[key] ?? null]));
  throw new SelftrainError({
    code: "label-config-changed",
    message: `These labels were begun with another configuration, which differs in ${changed.join(", ")}.`,
    found: only(after),
    expected: only(before),
    where: path,
    remedy: "Go on with the stored values, or choose another output.",
  });
}

/** It informs and nothing depends on it: a damaged one is begun anew. */
function writeEnvironment(folder: string, device: object | null): void {
  const path = join(folder, "environment.json");
  let earlier: unknown[] = [];
  try {
    const stored: unknown = JSON.parse(fs.readFileSync(path, "utf8"));
    if (Array.isArray(stored)) earlier = stored;
  } catch {}
  writeFileAtomic(path, `${JSON.stringify([...earlier, describeEnvironment(device)], null, 2)}\n`);
}
