/** Results on stdout, and what is said beside them on stderr. */
import { EventEmitter, once } from "node:events";
import type { Context } from "./command.js";
import { type Paint, shown, shownJson, styled } from "./style.js";

/** A line of a stream of results; waits where its reader is slower than we are. */
export async function streamLine({ io: { stdout } }: Context, value: unknown): Promise<void> {
  const taken = stdout.write(`${shownJson(stdout, value)}\n`);
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
