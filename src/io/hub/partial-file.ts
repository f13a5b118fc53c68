/**
 * Names of downloads under way: `<etag>.<host>-<pid>-<random>.incomplete` beside the blob, which nothing takes for
 * one. Whoever finds one whose owner is gone takes it over by renaming it, and goes on from its last byte; one whose
 * owner is at work is waited for. Two processes that begin at the same instant both download, and either file is right.
 */
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { guardFs } from "../fs/fs-errors.js";

/** A process that has not written for so long has given up: it gives up on a silent hub much sooner. */
const staleMs = 5 * 60_000;

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const pattern = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{6}\.incomplete$/;
/** Partial files that this process is writing. */
const own = new Set<string>();

/** A file to write to, perhaps begun already; null while someone else writes the same blob. */
export function claimPartial(blob: string): string | null {
  return guardFs("write the cache", blob, () => {
    const partials = partialsOf(blob);
    if (partials.some(isLive)) return null;
    const claimed = `${blob}.${host}-${process.pid}-${randomBytes(3).toString("hex")}.incomplete`;
    own.add(claimed);
    if (!partials.some((partial) => takeOver(partial, claimed))) fs.closeSync(fs.openSync(claimed, "wx"));
    return claimed;
  });
}

/** Gives a file up for the next one to take over. */
export function releasePartial(partial: string): void {
  own.delete(partial);
  try {
    fs.utimesSync(partial, 0, 0);
  } catch {
    // It is gone: finished, or taken over.
  }
}

/** Makes a finished file the blob, and removes what others had begun of it and left. */
export function publishPartial(partial: string, blob: string): void {
  guardFs("write the cache", blob, () => {
    fs.renameSync(partial, blob);
    own.delete(partial);
    for (const left of partialsOf(blob)) if (!isLive(left)) fs.rmSync(left, { force: true });
  });
}

function partialsOf(blob: string): string[] {
  const [folder, name] = [dirname(blob), basename(blob)];
  return fs
    .readdirSync(folder)
    .filter((other) => other.startsWith(`${name}.`) && pattern.test(other))
    .map((other) => join(folder, other));
}

function isLive(partial: string): boolean {
  const [, ownerHost, pid] = pattern.exec(partial)!;
  if (ownerHost === host && Number(pid) === process.pid) return own.has(partial);
  const written = fs.statSync(partial, { throwIfNoEntry: false })?.mtimeMs;
  if (written === undefined || Date.now() - written > staleMs) return false;
  return ownerHost !== host || isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user runs, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function takeOver(partial: string, claimed: string): boolean {
  try {
    fs.renameSync(partial, claimed);
    fs.utimesSync(claimed, new Date(), new Date());
    return true;
  } catch {
    // Another process was quicker.
    return false;
  }
}
