/** The runs below a folder: those that are listed, and the one that a request names. Nothing outside of the folder is ever opened. */
import fs from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { Refusal } from "../../../io/http/refusal.js";
import { isRun } from "../../../run/run-info.js";
import { checkInside } from "../../../run/store/inside.js";
import type { Gap } from "../api/problem.js";
import type { RunId } from "../api/routes.js";

/** Runs are looked for at most this many folders below the root. */
const MAX_DEPTH = 3;

export interface FoundRuns {
  readonly runs: readonly { readonly id: RunId; readonly path: string }[];
  readonly gaps: readonly Gap[];
}

/** What a folder has that is a run, or was one: whatever can be read of it is shown. */
const hasRun = (folder: string): boolean =>
  isRun(folder) || ["metrics.jsonl", "rollouts"].some((name) => fs.existsSync(join(folder, name)));

/** Symbolic links are not followed; those that lead to folders are named. */
export function findRuns(root: string): FoundRuns {
  const top = resolve(root);
  const runs: FoundRuns["runs"][number][] = [];
  const gaps: Gap[] = [];
  const look = (folder: string, depth: number): void => {
    if (hasRun(folder)) {
      runs.push({ id: idOf(top, folder), path: folder });
      return;
    }
    if (depth === 0) return;
    for (const entry of entriesOf(folder, gaps)) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isDirectory()) look(path, depth - 1);
      else if (entry.isSymbolicLink() && isFolder(path))
        gaps.push({
          code: "link-not-followed",
          message: `${relative(top, path)} is a symbolic link, and links are not followed.`,
        });
    }
  };
  look(top, MAX_DEPTH);
  return { runs, gaps };
}

const idOf = (top: string, folder: string): RunId =>
  folder === top ? basename(top) : relative(top, folder).split(sep).join("/");

const isFolder = (path: string): boolean =>
  fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function entriesOf(folder: string, gaps: Gap[]): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    gaps.push({
      code: "folder-unreadable",
      message: `A folder cannot be read: ${(cause as Error).message}.`,
    });
    return [];
  }
}

/** Files and folders of a run that are opened by name. Those of steps are looked at where they are opened. */
const NAMES = [
  "run.json",
  "config.yaml",
  "environment.json",
  "metrics.jsonl",
  "alarms.jsonl",
  "notes.jsonl",
  "control",
  "rollouts",
  "groups",
  "probe",
  "tokens",
  "checkpoints",
  "cache",
  "lock",
];

/**
 * The folder of a run that a request names. Throws `run-unknown` (404) where the list of runs would not have it, and `store-outside` where it or
 * a part of it is a link that leads out.
 */
export function locateRun(root: string, id: RunId): string {
  const top = resolve(root);
  const path = hasRun(top) ? (id === basename(top) ? top : null) : below(top, id);
  if (path === null || !hasRun(path)) throw unknown(id);
  checkInside(top, path);
  for (const name of NAMES) checkInside(path, join(path, name));
  return path;
}

/** Null where the name is no plain path to a folder that may be listed. */
function below(top: string, id: RunId): string | null {
  const parts = id.split("/");
  const plain = parts.every((part) => part !== "" && !part.startsWith(".") && !/[\\\0]/.test(part));
  return plain && parts.length <= MAX_DEPTH ? join(top, ...parts) : null;
}

const unknown = (id: RunId): Refusal =>
  new Refusal(404, {
    code: "run-unknown",
    message: "There is no such run in the folder that is served.",
    found: id,
    remedy: "Take one of the list of runs; it may have been moved or deleted.",
  });
