/** What was asked of a training, and asking it. */
import { join } from "node:path";
import { Refusal } from "../../../io/http/refusal.js";
import {
  askControl,
  type ControlAction,
  controlNumbers,
  isPaused,
  type LoggedControl,
  readControl,
  readControlLog,
} from "../../../run/control.js";
import { lockHolder } from "../../../run/lock.js";
import { readRunInfo } from "../../../run/run-info.js";
import { standingOf } from "../../../run/store/standing.js";
import type { Control, Controls } from "../api/controls.js";

/** None where the log cannot be read: the run's training refuses it too. */
function logOf(run: string): LoggedControl[] {
  try {
    return readControlLog(run);
  } catch {
    return [];
  }
}

/** All that was asked, in order of number. */
export function controlsOf(run: string): Control[] {
  const log = logOf(run);
  const decided = new Map(log.map((logged) => [logged.number, logged]));
  const numbers = new Set([...controlNumbers(run), ...decided.keys()]);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number): Control => {
      const logged = decided.get(number);
      const request = readControl(run, number);
      const written = typeof request === "string" ? null : request;
      return {
        number,
        asked: written?.asked ?? logged?.asked ?? null,
        at: written?.at ?? logged?.at ?? "",
        state: logged === undefined ? "asked" : logged.refused === null ? "taken" : "refused",
        step: logged?.step ?? null,
        why: logged?.refused ?? null,
      };
    });
}

/** Why nothing can be asked of a run now; null where it can. */
export function closedBecause(run: string): string | null {
  try {
    const info = readRunInfo(run);
    if (info.kind !== "train") return `a ${info.kind} run takes no controls`;
    return standingOf(run, info) === "running" ? null : "nothing writes this run now";
  } catch (error) {
    return (error as Error).message;
  }
}

export const allControls = (run: string): Controls => ({
  controls: controlsOf(run),
  closed: closedBecause(run),
});

/** Throws `controls-closed` (409) where nobody would take it. */
export function ask(run: string, asked: ControlAction): Control {
  const closed = closedBecause(run);
  if (closed !== null)
    throw new Refusal(409, {
      code: "controls-closed",
      message: `Nothing can be asked of this run: ${closed}.`,
      where: run,
      remedy: "Continue the run with selftrain train --resume, and ask then.",
    });
  const { number, at } = askControl(run, asked);
  return { number, asked, at, state: "asked", step: null, why: null };
}

/** Whether the process that writes the run waits to be told to go on. */
export function isRunPaused(run: string): boolean {
  try {
    const holder = lockHolder(join(run, "lock"));
    return holder !== null && isPaused(logOf(run), holder.since);
  } catch {
    return false;
  }
}
