/**
 * One writer a run directory. The lock is a file that names its holder; a holder that died is recognised and its
 * lock taken over.
 *
 * Two things make this free of races. The file appears with its content in one step (written aside, then linked,
 * which fails where the name exists), so it is never read half-written. And a stale lock is replaced only while
 * holding a second lock, named after the token of the stale one: of several processes that find it stale, one
 * replaces it, and the others, looking again, find a live holder. That second lock is of the same kind, so a
 * process that dies during a take-over blocks nobody.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { partialPath, writeNewFile } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";

const holderSchema = z.object({
  pid: z.int(),
  hostname: z.string(),
  /** When the lock was taken (ISO 8601). */
  since: z.string(),
  /** Start of the process in clock ticks since boot: tells a process from a later one with the same pid. */
  processStart: z.string().nullable(),
  /** Unique to this lock. */
  token: z.string(),
});

/** Who holds a lock. */
export type LockHolder = z.output<typeof holderSchema>;

export interface Lock {
  readonly path: string;
  readonly holder: LockHolder;
  /** Gives the lock up; harmless when it is no longer ours. */
  release(): void;
}

/**
 * Takes the lock. Throws `run-in-use` where a live process, or one on another host, holds it, and
 * `lock-unreadable` where the file is not a lock of ours.
 */
export function acquireLock(path: string): Lock {
  return guardFs("lock the run directory", path, () => {
    const holder: LockHolder = {
      pid: process.pid,
      hostname: hostname(),
      since: new Date().toISOString(),
      processStart: processStart(process.pid),
      token: randomBytes(8).toString("hex"),
    };
    acquire(path, path, holder);
    removeTakeOvers(path);
    return { path, holder, release: () => release(path, holder) };
  });
}

/** The live holder of a lock (or one on another host, which cannot be asked), else null. */
export function lockHolder(path: string): LockHolder | null {
  const holder = readHolder(path);
  return holder && !isDead(holder) ? holder : null;
}

/** Throws `run-in-use` and `lock-unreadable` as `acquireLock` would, and takes nothing. */
export function checkLock(path: string): void {
  const holder = guardFs("lock the run directory", path, () => lockHolder(path));
  if (holder) throw inUse(holder, path);
}

function acquire(file: string, lockPath: string, holder: LockHolder): void {
  for (;;) {
    if (createExclusively(file, holder)) return;
    const current = readHolder(file);
    if (current === null) continue; // released between the two calls
    if (!isDead(current)) throw inUse(current, lockPath);

    const takeOver = `${lockPath}.takeover-${current.token}`;
    acquire(takeOver, lockPath, holder);
    try {
      // Whoever replaces this lock holds the take-over, so that after this check it cannot change any more.
      if (readHolder(file)?.token !== current.token) continue;
      const aside = writeAside(file, holder);
      fs.renameSync(aside, file);
      return;
    } finally {
      release(takeOver, holder);
    }
  }
}

function release(file: string, holder: LockHolder): void {
  if (fs.existsSync(file) && readHolder(file)?.token === holder.token) fs.rmSync(file, { force: true });
}

/** Take-overs left by dead processes: the holder of the lock needs none, and any other process will look again. */
function removeTakeOvers(path: string): void {
  const prefix = `${basename(path)}.takeover-`;
  for (const name of fs.readdirSync(dirname(path))) {
    if (name.startsWith(prefix)) fs.rmSync(join(dirname(path), name), { force: true });
  }
}

function writeAside(file: string, holder: LockHolder): string {
  const aside = partialPath(file);
  writeNewFile(aside, `${JSON.stringify(holder)}\n`);
  return aside;
}

function createExclusively(file: string, holder: LockHolder): boolean {
  const aside = writeAside(file, holder);
  try {
    linkOrCopy(aside, file);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // ENOENT: a process that holds the lock by now has cleaned our file up.
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw cause;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT" || code === "ENOSPC") throw cause;
    // A file system without hard links (exFAT, some network mounts).
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
  }
}

function readHolder(file: string): LockHolder | null {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "lock-unreadable",
        message: "The lock file does not say who holds the run directory.",
        found: text.slice(0, 80),
        where: file,
        remedy: `If no process writes to this run, delete ${file}.`,
      },
      { cause },
    );
  }
}

/** Whether the holder is known to be gone. A process on another host cannot be asked and counts as alive. */
function isDead(holder: LockHolder): boolean {
  if (holder.hostname !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "ESRCH";
  }
  const fields = processFields(holder.pid);
  if (fields === null) return false;
  // A zombie answers signals but writes nothing; a container without an init keeps them for ever.
  if (fields[0] === "Z" || fields[0] === "X") return true;
  return holder.processStart !== null && holder.processStart !== processStart(holder.pid);
}

/** Fields 3 (state) and following of Linux's /proc/<pid>/stat; null elsewhere. */
function processFields(pid: number): string[] | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, field 2, is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** Field 22, the start time. */
function processStart(pid: number): string | null {
  return processFields(pid)?.[19] ?? null;
}

function inUse(holder: LockHolder, path: string): SelftrainError {
  const here = holder.hostname === hostname();
  return new SelftrainError({
    code: "run-in-use",
    message: `Process ${holder.pid} on ${holder.hostname} has been writing to this run directory since ${holder.since}.`,
    found: { pid: holder.pid, hostname: holder.hostname, since: holder.since },
    where: dirname(path),
    remedy: here
      ? `Wait for it, or stop it (kill ${holder.pid}), or choose another output.`
      : `Wait for it, or choose another output. If it is gone, delete ${path}.`,
  });
}
