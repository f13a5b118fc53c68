/** How long the jobs that are left will take, from the time that work of the same command took so far. */
import type { JobCommand } from "./job.js";

/** Work of one command, in any unit. */
export interface Work {
  readonly command: JobCommand;
  readonly work: number;
}

/**
 * Seconds until the last of `left` ends, with so many lanes; `elapsed` is that of one that runs. Null while a command that is left was not
 * timed.
 */
export function timeLeft(
  timed: readonly (Work & { readonly seconds: number })[],
  left: readonly (Work & { readonly elapsed: number })[],
  lanes: number,
): number | null {
  let total = 0;
  let longest = 0;
  for (const { command, work, elapsed } of left) {
    const same = timed.filter((one) => one.command === command);
    const done = same.reduce((sum, one) => sum + one.work, 0);
    if (done === 0) return null;
    const rate = same.reduce((sum, one) => sum + one.seconds, 0) / done;
    const seconds = Math.max(0, work * rate - elapsed);
    total += seconds;
    longest = Math.max(longest, seconds);
  }
  return Math.max(longest, total / Math.max(1, lanes));
}
