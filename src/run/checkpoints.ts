/**
 * Checkpoints of a run: `checkpoints/step-000010/`. One is published by a rename, so that whatever carries the
 * name is complete, and the state to resume from is always the latest one.
 */
import fs from "node:fs";
import { join } from "node:path";
import { publishFolder, removeFolder } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";
import { parseStepName, stepName } from "./step-name.js";

export interface Checkpoint {
  readonly step: number;
  readonly path: string;
}

const folderOf = (runDir: string) => join(runDir, "checkpoints");

/** Complete checkpoints, earliest first. */
export function listCheckpoints(runDir: string): Checkpoint[] {
  const folder = folderOf(runDir);
  if (!fs.existsSync(folder)) return [];
  return guardFs("list the checkpoints", folder, () => fs.readdirSync(folder))
    .flatMap((name) => {
      const step = parseStepName(name);
      return step === null ? [] : [{ step, path: join(folder, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/** The latest complete checkpoint, or null where there is none. */
export function latestCheckpoint(runDir: string): Checkpoint | null {
  return listCheckpoints(runDir).at(-1) ?? null;
}

/**
 * Has `write` fill the checkpoint of a step and publishes it. The state at a step is a function of the
 * configuration, so where the step has a checkpoint already it is kept, and `write` is not called.
 */
export async function publishCheckpoint(
  runDir: string,
  step: number,
  write: (folder: string) => Promise<void>,
): Promise<Checkpoint> {
  const path = join(folderOf(runDir), stepName(step));
  if (!fs.existsSync(path)) await publishFolder(path, write);
  return { step, path };
}

/**
 * All but the `keepLatest` latest checkpoints up to step `upTo`, those of `keepSteps`, and later ones, which a run that went back
 * has yet to reach.
 */
export function prunedCheckpoints(
  runDir: string,
  keepLatest: number,
  keepSteps: Iterable<number> = [],
  upTo = Number.POSITIVE_INFINITY,
): Checkpoint[] {
  const kept = new Set(keepSteps);
  const all = listCheckpoints(runDir).filter(({ step }) => step <= upTo);
  return all.slice(0, Math.max(0, all.length - keepLatest)).filter(({ step }) => !kept.has(step));
}

/** Deletes the checkpoints that `prunedCheckpoints` gives, and returns them. */
export function pruneCheckpoints(...which: Parameters<typeof prunedCheckpoints>): Checkpoint[] {
  const doomed = prunedCheckpoints(...which);
  for (const { path } of doomed) removeFolder(path);
  return doomed;
}
