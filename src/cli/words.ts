/** Paths and words as one would type them here. */
import { relative } from "node:path";

/** A path as one would type it here: relative where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < path.length ? fromHere : path;
}

/** A word of a command line as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
