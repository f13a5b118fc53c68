/**
 * Folders with those above them. Node's own recursive mkdir is not used: where a file system answers ENOENT although
 * the folder above is there (/proc, an automounter) it tries again for ever, and of a read-only one it says ENOENT.
 */
// The default import, so that a test can put a failing function in the place of one of these.
import fs from "node:fs";
import { dirname, resolve } from "node:path";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "./fs-errors.js";

/**
 * Makes a folder where there is none, and those above it. For errors: `action` is an infinitive ("create the run
 * directory"), and `shown` the name that the user knows it by.
 */
export function makeFolder(folder: string, action = "create the folder", shown = folder): void {
  guardFs(action, shown, () => make(resolve(folder), (cause) => takesNone(action, shown, cause)));
}

function make(folder: string, refusal: (cause: unknown) => SelftrainError): void {
  const above = dirname(folder);
  try {
    fs.mkdirSync(folder);
  } catch (cause) {
    if (isFolder(folder)) return;
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw cause;
    if (isFolder(above)) throw refusal(cause);
    make(above, refusal);
    make(folder, refusal);
  }
}

const isFolder = (path: string): boolean =>
  fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const takesNone = (action: string, where: string, cause: unknown): SelftrainError =>
  new SelftrainError(
    {
      code: "file-system-error",
      message: `Cannot ${action}: the file system makes no folders there.`,
      found: "ENOENT",
      where,
      remedy: "Choose a folder on an ordinary disk.",
    },
    { cause },
  );
