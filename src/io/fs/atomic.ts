/**
 * Writes that are either there in full or not at all, whenever the process is killed or the power fails: write
 * aside under a name ending in `.partial-<random>`, fsync, rename, fsync the folder. Leftovers of a killed
 * process are recognised by that name.
 */
import { randomBytes } from "node:crypto";
// The default import, so that a test can put a failing function in the place of one of these.
import fs from "node:fs";
import { dirname, join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { makeFolder } from "./folder.js";
import { guardFs } from "./fs-errors.js";

const partialName = /\.partial-[0-9a-f]{12}$/;

/** A name beside `path` under which to write it. */
export function partialPath(path: string): string {
  return `${path}.partial-${randomBytes(6).toString("hex")}`;
}

/** Whether a name is that of an unfinished write. */
export function isPartial(name: string): boolean {
  return partialName.test(name);
}

/** Makes earlier creations, renames and removals in a folder durable. */
function syncFolder(folder: string): void {
  // Windows offers no handle on a folder; its file systems journal renames.
  if (process.platform !== "win32") sync(folder, "r");
}

/** Makes the content of a file durable. */
export function syncFile(path: string): void {
  // Windows flushes only through a handle that may write.
  sync(path, "r+");
}

function sync(path: string, flags: string): void {
  const fd = fs.openSync(path, flags);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Writes all the bytes, at `position` or where the file stands: one call where the system takes them at once, as it
 * does unless the disk is full.
 */
export function writeFully(fd: number, bytes: Uint8Array, position: number | null = null): void {
  const mostBytes = 1 << 30; // the system takes less than 2 GiB a call
  let done = 0;
  while (done < bytes.byteLength) {
    const at = position === null ? null : position + done;
    done += fs.writeSync(fd, bytes, done, Math.min(bytes.byteLength - done, mostBytes), at);
  }
}

/** Creates a file, which must not exist, and makes its content durable. */
export function writeNewFile(path: string, content: string | Uint8Array): void {
  const fd = fs.openSync(path, "wx");
  try {
    writeFully(fd, typeof content === "string" ? Buffer.from(content) : content);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Moves a finished and fsynced write into place, replacing a file that is there. */
export function commitFile(partial: string, path: string): void {
  fs.renameSync(partial, path);
  syncFolder(dirname(path));
}

/** Writes a file in one step: a reader, and a process after a crash, sees the old content or the new one. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const partial = partialPath(path);
  guardFs("write the file", path, () => {
    try {
      writeNewFile(partial, content);
      commitFile(partial, path);
    } catch (cause) {
      fs.rmSync(partial, { force: true });
      throw cause;
    }
  });
}

/**
 * Publishes a folder in one step: `write` fills a folder of another name, which is made durable and then renamed.
 * Where `write` fails, nothing is left. Throws `folder-exists` where the target is there already.
 */
export async function publishFolder(target: string, write: (folder: string) => Promise<void>): Promise<void> {
  if (fs.existsSync(target)) {
    throw new SelftrainError({
      code: "folder-exists",
      message: "A folder is published once and never overwritten.",
      where: target,
      remedy: "Delete the folder first, or publish under another name.",
    });
  }
  const partial = partialPath(target);
  try {
    makeFolder(partial, "create the folder", target);
    await write(partial);
    guardFs("write the folder", target, () => {
      syncTree(partial);
      commitFile(partial, target);
    });
  } catch (cause) {
    fs.rmSync(partial, { recursive: true, force: true });
    throw cause;
  }
}

/** Removes a folder so that a kill half-way leaves something that is recognised as unfinished. */
export function removeFolder(folder: string): void {
  guardFs("delete the folder", folder, () => {
    const doomed = partialPath(folder);
    commitFile(folder, doomed);
    fs.rmSync(doomed, { recursive: true, force: true });
  });
}

/** Deletes what killed processes left unfinished directly in a folder. Call it holding the run's lock. */
export function removePartials(folder: string): void {
  guardFs("clean up the folder", folder, () => {
    for (const name of fs.readdirSync(folder)) {
      if (isPartial(name)) fs.rmSync(join(folder, name), { recursive: true, force: true });
    }
  });
}

/** Fsyncs every file and folder under a folder: writers need not do it themselves. */
function syncTree(folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolder(folder);
}
