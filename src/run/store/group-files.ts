/**
 * The groups of a step as `groups/step-000012.jsonl`, one `GroupVote` a line, written with its rollouts and small beside them. They follow from
 * the rollouts, so that a run without them has lost nothing but, where the prompts are gone, the true answers.
 */
import fs from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { readStored } from "../../io/fs/stored.js";
import { parseStepName, stepName } from "../step-name.js";
import { type GroupVote, groupVoteSchema } from "./group-vote.js";

export const groupsFolder = (run: string): string => join(run, "groups");

/** The file of a step, whether it is there or not. */
export const groupsFile = (run: string, step: number): string =>
  join(groupsFolder(run), `${stepName(step)}.jsonl`);

/** Writes the groups of a step in one step, replacing those of an earlier attempt. */
export function writeGroups(run: string, step: number, groups: readonly GroupVote[]): void {
  makeFolder(groupsFolder(run), "write the groups");
  writeFileAtomic(groupsFile(run, step), groups.map((group) => `${JSON.stringify(group)}\n`).join(""));
}

/** Throws `groups-corrupt` where the file is not as it was written. */
export function readGroups(path: string): GroupVote[] {
  return readStored(path, {
    code: "groups-corrupt",
    message: "The file cannot be read as the groups of a step.",
    remedy: "Delete it: the groups are then made from the rollouts.",
    action: "read the groups",
    read: (text) => {
      if (!text.endsWith("\n")) throw new Error("its last line is not finished");
      return text
        .slice(0, -1)
        .split("\n")
        .map((line) => groupVoteSchema.parse(JSON.parse(line)));
    },
  });
}

/** Steps that have groups of their own, ascending. */
export function listGroups(run: string): number[] {
  const folder = groupsFolder(run);
  if (!fs.existsSync(folder)) return [];
  return guardFs("list the groups", folder, () => fs.readdirSync(folder))
    .flatMap((name) =>
      name.endsWith(".jsonl") ? (parseStepName(name.slice(0, -".jsonl".length)) ?? []) : [],
    )
    .sort((a, b) => a - b);
}

/** Deletes the groups of later steps, which belong to a run that is given up. */
export function dropGroupsAfter(run: string, last: number): void {
  for (const step of listGroups(run)) if (step > last) fs.rmSync(groupsFile(run, step), { force: true });
}
