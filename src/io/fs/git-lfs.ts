/** Pointers of Git LFS: what a clone without `git lfs` has in the place of large files. */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { SelftrainError } from "../../errors.js";

const FIRST_LINE = "version https://git-lfs.github.com/spec/";
/** The specification's limit on a pointer, in bytes. */
const MOST_BYTES = 1024;

/** Throws `git-lfs-pointer` where a file is one. Anything else, a file that is not there among it, is for whoever reads it. */
export function refuseLfsPointer(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MOST_BYTES) return;
  const text = textOf(path);
  if (!text.startsWith(FIRST_LINE)) return;
  const size = /^size (\d+)$/m.exec(text)?.[1];
  throw new SelftrainError({
    code: "git-lfs-pointer",
    message: "the file is a pointer of Git LFS, which stands for a file that was not downloaded",
    found: size === undefined ? "a pointer" : `a pointer to ${size} bytes`,
    expected: "the file itself",
    where: path,
    remedy: `run git lfs pull in ${dirname(path)}, or download ${basename(path)} itself`,
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
