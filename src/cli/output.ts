/** Results on stdout. */
import { EventEmitter, once } from "node:events";
import { relative } from "node:path";
import type { Context } from "./command.js";
import { type Paint, paintFor } from "./style.js";

function printLine({ io }: Context, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** A line of a stream of results: text, or a value as JSON. Waits where its reader is slower than we are. */
export async function streamLine({ io: { stdout } }: Context, value: string | object): Promise<void> {
  const taken = stdout.write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
  if (taken === false && stdout instanceof EventEmitter) await once(stdout, "drain");
}

/** The value as one JSON line with `--json`, else as text made from it. */
export function print<T>(context: Context, value: T, text: (value: T, paint: Paint) => string): void {
  printLine(
    context,
    context.json ? JSON.stringify(value) : text(value, paintFor(context.io.stdout, context.io.env)),
  );
}

/** A path as one would type it here: relative where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < path.length ? fromHere : path;
}

/** A word of a command line as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
