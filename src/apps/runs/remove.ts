/** Deleting runs: none that is running, and only where that was confirmed. */
import fs from "node:fs";
import { join, resolve } from "node:path";
import { SelftrainError } from "../../errors.js";
import { removeFolder } from "../../io/fs/atomic.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { acquireLock, checkLock } from "../../run/lock.js";
import { readRunInfo } from "../../run/run-info.js";

export interface RemovedRun {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Deletes the runs, all or, where one of them cannot be, none. Throws `run-missing`, `run-in-use`, `runs-rm-link`, and `runs-rm-unconfirmed` where
 * `yes` is not given.
 */
export function removeRuns(paths: readonly string[], { yes }: { readonly yes: boolean }): RemovedRun[] {
  const runs = [...new Set(paths.map((path) => resolve(path)))].map(measured);
  if (!yes) throw unconfirmed(runs);
  for (const { path } of runs) {
    // Held until the folder has another name: nobody begins to write it meanwhile.
    const lock = acquireLock(join(path, "lock"));
    try {
      removeFolder(path);
    } finally {
      lock.release();
    }
  }
  return runs;
}

function measured(path: string): RemovedRun {
  if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new SelftrainError({
      code: "runs-rm-link",
      message: "This is a link to a run, not the run itself.",
      found: fs.readlinkSync(path),
      where: path,
      remedy: "Name the run's own folder, or delete the link with rm.",
    });
  readRunInfo(path);
  checkLock(join(path, "lock"));
  const files = guardFs("look at the run", path, () =>
    fs
      .readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => fs.statSync(join(entry.parentPath ?? entry.path, entry.name)).size),
  );
  return { path, files: files.length, bytes: files.reduce((sum, size) => sum + size, 0) };
}

function unconfirmed(runs: readonly RemovedRun[]): SelftrainError {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return new SelftrainError({
    code: "runs-rm-unconfirmed",
    message: `This deletes ${runs.length === 1 ? "a run" : `${runs.length} runs`} for good.`,
    found: runs.map(({ path, files, bytes }) => `${path}: ${files} files, ${mib(bytes)}`),
    remedy: "To delete, say so with --yes.",
  });
}
