/** Results on stdout. */
import type { Context } from "./command.js";
import { type Paint, paintFor } from "./style.js";

export function printLine({ io }: Context, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** The value as one JSON line with `--json`, else as text made from it. */
export function print<T>(context: Context, value: T, text: (value: T, paint: Paint) => string): void {
  printLine(
    context,
    context.json ? JSON.stringify(value) : text(value, paintFor(context.io.stdout, context.io.env)),
  );
}

/** A word of a command line as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
