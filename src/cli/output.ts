/** Results on stdout, and what is said beside them on stderr. */
import { EventEmitter, once } from "node:events";
import type { Context } from "./command.js";
import { type Paint, shown, shownJson, styled } from "./style.js";

/** A line of a stream of results: a value as JSON. Waits where its reader is slower than we are. */
export const streamLine = (context: Context, value: unknown): Promise<void> =>
  writeLine(context, shownJson(context.io.stdout, value));

/** The same of text. */
export const streamText = (context: Context, text: (paint: Paint) => string): Promise<void> =>
  writeLine(context, styled(context.io.stdout, context.io.env, text));

const writeLine = (context: Context, line: string): Promise<void> => streamChunk(context, `${line}\n`);

/** A piece of a file on stdout, as it is. Waits as `streamLine` does. */
export async function streamChunk({ io: { stdout } }: Pick<Context, "io">, chunk: string): Promise<void> {
  const taken = stdout.write(chunk);
  if (taken === false && stdout instanceof EventEmitter) await once(stdout, "drain");
}

/** The value as one JSON line with `--json`, else as text made from it. */
export function print<T>(
  { io: { stdout, env }, json }: Context,
  value: T,
  text: (value: T, paint: Paint) => string,
): void {
  const line = json ? shownJson(stdout, value) : styled(stdout, env, (paint) => text(value, paint));
  stdout.write(`${line}\n`);
}

/** A line beside the results. */
export function notice({ io: { stderr } }: Pick<Context, "io">, text: string): void {
  stderr.write(`${shown(stderr, text)}\n`);
}
