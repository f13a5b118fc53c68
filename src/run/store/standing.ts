/** How a run stands, the word of its `run.json` corrected by who holds it. */
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { lockHolder } from "../lock.js";
import type { RunInfo } from "../run-info.js";

export type RunStanding = RunInfo["status"] | "damaged";

/** "running" in a directory that no live process holds means that the process was killed. */
export function standingOf(run: string, info: RunInfo | null): RunStanding {
  if (info === null) return "damaged";
  if (isHeld(run)) return "running";
  return info.status === "running" ? "interrupted" : info.status;
}

/** Whether a live process, or one on another host, which cannot be asked, writes the run. A lock that nobody can read counts as one. */
export function isHeld(run: string): boolean {
  try {
    return lockHolder(join(run, "lock")) !== null;
  } catch (error) {
    if (error instanceof SelftrainError) return true;
    throw error;
  }
}
