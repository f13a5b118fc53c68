/** `run.json`: what kind of run a directory holds and how it stands. Its presence makes a directory a run. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";

/** Layout of the run directory; raised when a reader of an earlier layout would misread it. */
const format = 1;

const runInfoSchema = z.object({
  format: z.literal(format),
  kind: z.enum(["train", "pretrain", "finetune", "reward-model"]),
  /** ISO 8601. */
  created: z.string(),
  /** "running" in a directory that no live process holds means that the process was killed. */
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  /** Why a run failed. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** How early stopping ended it: after which step, going back to which, and why. */
  earlyStop: z
    .object({ step: z.int(), restored: z.int(), stopped: z.boolean(), reason: z.string() })
    .optional(),
});

export type RunInfo = z.output<typeof runInfoSchema>;
export type RunKind = RunInfo["kind"];

/** How a process left its run. */
export type RunOutcome =
  | { readonly status: "finished" | "interrupted"; readonly earlyStop?: RunInfo["earlyStop"] }
  | { readonly status: "failed"; readonly error: { readonly code: string; readonly message: string } };

const infoPath = (runDir: string) => join(runDir, "run.json");

/** Whether a folder is a run directory whose creation was completed. */
export function isRun(folder: string): boolean {
  return fs.existsSync(infoPath(folder));
}

export function newRunInfo(kind: RunKind): RunInfo {
  return { format, kind, created: new Date().toISOString(), status: "running" };
}

export function writeRunInfo(runDir: string, info: RunInfo): void {
  writeFileAtomic(infoPath(runDir), `${JSON.stringify(info, null, 2)}\n`);
}

/** Throws `run-missing` where the folder is no run directory, `run-unreadable` where it is none of this version's. */
export function readRunInfo(runDir: string): RunInfo {
  const path = infoPath(runDir);
  if (!fs.existsSync(path)) {
    throw new SelftrainError({
      code: "run-missing",
      message: "There is no run in this folder.",
      where: runDir,
      remedy: "Check the path: `selftrain runs` lists the runs of a folder.",
    });
  }
  const text = guardFs("read the run", path, () => fs.readFileSync(path, "utf8"));
  try {
    return runInfoSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "run-unreadable",
        message: "This version cannot read the run directory.",
        found: text.slice(0, 120),
        expected: `format ${format}`,
        where: path,
        remedy: "Use the version of selftrain that wrote it; environment.json names it.",
      },
      { cause },
    );
  }
}
