/**
 * What the file system refuses, said in the user's terms. Every write of a run goes through here, so that a full
 * disk or a read-only folder gives one sentence, the file and the remedy instead of `ENOSPC: write`.
 */
import fs from "node:fs";
import { dirname } from "node:path";
import { SelftrainError } from "../../errors.js";

interface Explanation {
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}

const diskFull: Explanation = {
  code: "disk-full",
  because: "no space is left on the disk",
  remedy: "Free some space, then run the same command again.",
};
const denied: Explanation = {
  code: "permission-denied",
  because: "this user may not do so",
  remedy: "Choose a folder that you own, or change its permissions.",
};

const explanations: Readonly<Record<string, Explanation>> = {
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, because: "the disk quota is used up" },
  EACCES: denied,
  EPERM: denied,
  EROFS: {
    code: "read-only",
    because: "the file system is read-only",
    remedy: "Choose an output folder on a disk that can be written.",
  },
  ENOENT: {
    code: "file-missing",
    because: "it does not exist",
    remedy: "Check the path; a relative one starts at the working directory.",
  },
  ENOTDIR: {
    code: "not-a-folder",
    because: "a part of the path is a file, not a folder",
    remedy: "Check the path, or move that file away.",
  },
  EEXIST: {
    code: "path-occupied",
    because: "something of that name is there already",
    remedy: "Choose another path, or move away what is there.",
  },
  EISDIR: { code: "not-a-file", because: "it is a folder", remedy: "Give the path of a file." },
  EMFILE: {
    code: "too-many-open-files",
    because: "the process has too many files open",
    remedy: "Raise the limit (ulimit -n) and try again.",
  },
  EIO: { code: "disk-failure", because: "the disk reported an error", remedy: "Check the disk's health." },
};

function explain(cause: NodeJS.ErrnoException): Explanation | undefined {
  const byCode = explanations[cause.code ?? ""];
  if (byCode) return byCode;
  // Libraries that write by themselves (DuckDB) carry the system's sentence instead of its code.
  if (/no space left on device/i.test(cause.message)) return diskFull;
  if (/permission denied/i.test(cause.message)) return denied;
  if (/read-only file system/i.test(cause.message)) return explanations.EROFS;
  if (/no such file or directory|no files found/i.test(cause.message)) return explanations.ENOENT;
  return undefined;
}

/**
 * The failure of `action` (an infinitive: "write the metrics") on `path` as a `SelftrainError`. A `SelftrainError`
 * is returned as it is, and so is what did not come from the file system.
 */
export function fsError(cause: unknown, action: string, path: string): unknown {
  if (cause instanceof SelftrainError || !(cause instanceof Error)) return cause;
  const { code: errno } = cause as NodeJS.ErrnoException;
  const known = explain(cause);
  if (!known && errno === undefined) return cause;
  return new SelftrainError(
    {
      code: known?.code ?? "file-system-error",
      message: `Cannot ${action}: ${known?.because ?? cause.message}.`,
      where: path,
      remedy: known?.remedy ?? "Check that the path and its disk are in order.",
      ...(errno === undefined ? {} : { found: errno }),
    },
    { cause },
  );
}

/** Runs `operation`; its file-system failures are thrown as `fsError`s. */
export function guardFs<T>(action: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    throw fsError(cause, action, path);
  }
}

/** `guardFs` for a promise. */
export async function guardFsAsync<T>(action: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    throw fsError(cause, action, path);
  }
}

/** Throws, as the file system would, where nothing can be made in the folder, or the folder itself not; inside `guardFs`. */
export function checkWritable(folder: string): void {
  if (fs.existsSync(folder)) {
    if (!fs.statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: "ENOTDIR" });
    fs.accessSync(folder, fs.constants.W_OK);
  } else if (dirname(folder) !== folder) checkWritable(dirname(folder));
}
