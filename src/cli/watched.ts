/** Runs a long piece of work with progress on stderr and Ctrl-C handled. */
import { SelftrainError } from "../errors.js";
import type { RunOptions } from "../run/observer.js";
import type { Context } from "./command.js";
import { leaveBy, onInterrupt, type StopSignal } from "./interrupt.js";
import { ProgressDisplay } from "./progress/display.js";

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || ("code" in error && error.code === "interrupted"))
  );
}

/** How Ctrl-C ends the work: after its current step, or at once where there is nothing to save. */
export type Stop = "after-step" | "at-once";

/**
 * Calls `work` with an observer and an abort signal. Work that ends early because of the signal may say so in
 * its result, or throw an `AbortError`, which becomes the error `interrupted`.
 */
export async function watched<T>(
  title: string,
  { io, json, quiet, resume }: Context,
  work: (options: RunOptions & { signal: AbortSignal }, display: ProgressDisplay) => Promise<T>,
  stop: Stop = "after-step",
): Promise<T> {
  const display = new ProgressDisplay(io, quiet ? { quiet } : json ? { live: false } : {});
  const leave = (signal: StopSignal) => {
    display.close();
    leaveBy(signal);
  };
  const interrupt = onInterrupt({
    onFirst: (signal) => {
      if (stop === "at-once") leave(signal);
      else
        display.say(
          "stopping after the current step, or evaluation; Ctrl-C again stops at once, and what is saved stays",
        );
    },
    onSecond: leave,
  });
  display.start(title);
  try {
    const { observer } = display;
    return await work(
      { observer, signal: interrupt.signal, ...(resume === undefined ? {} : { resume: true }) },
      display,
    );
  } catch (error) {
    if (!interrupt.signal.aborted || !isAbort(error)) throw error;
    throw new SelftrainError(
      { code: "interrupted", message: `${title} was stopped`, remedy: "run the same command again" },
      { cause: error },
    );
  } finally {
    interrupt.dispose();
    display.close();
  }
}
