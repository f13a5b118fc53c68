/** Whether anything of a run changed, by the looks of its files. It asks the disk and never the process that trains. */
import fs from "node:fs";
import { join } from "node:path";
import { isHeld } from "../../../run/store/standing.js";

/** What changes while a run goes on. Of folders, that a file came or went. */
const WATCHED = [
  "metrics.jsonl",
  "run.json",
  "alarms.jsonl",
  "notes.jsonl",
  "control",
  "rollouts",
  "probe",
  "checkpoints",
];

/** Differs where the run may have changed. */
export function looksOf(path: string): string {
  const seen = WATCHED.map((name) => {
    const stats = fs.statSync(join(path, name), { throwIfNoEntry: false });
    return stats === undefined ? "-" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
  });
  return [...seen, isHeld(path)].join("|");
}
