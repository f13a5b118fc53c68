/** How long each stage of a demo took, kept in its folder, so that a demo in several sittings still knows. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import type { StageName } from "./stages.js";

const timesSchema = z.record(z.string(), z.number());

/** Seconds by stage; empty where nothing was kept, or what was kept cannot be read: it informs and nothing depends on it. */
export function stageTimes(folder: string): Record<string, number> {
  const path = join(folder, "demo.json");
  if (!existsSync(path)) return {};
  try {
    return timesSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}

/** Adds seconds to a stage's. */
export function addStageTime(folder: string, name: StageName, seconds: number): void {
  const times = stageTimes(folder);
  times[name] = (times[name] ?? 0) + seconds;
  writeFileAtomic(join(folder, "demo.json"), `${JSON.stringify(times, null, 2)}\n`);
}
