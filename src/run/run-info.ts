/** `run.json`: what kind of run a directory holds and how it stands. Its presence makes a directory a run. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { isPartial, writeFileAtomic } from "../io/fs/atomic.js";
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
  /** How a monitor ended it: after which step, going back to which, and why. */
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

/** Throws `run-missing` where the folder is no run directory, `run-damaged` where its `run.json` is not whole, `run-unreadable` where it is of another version. */
export function readRunInfo(runDir: string): RunInfo {
  const path = infoPath(runDir);
  if (!fs.existsSync(path)) {
    refuseLost(runDir);
    throw new SelftrainError({
      code: "run-missing",
      message: "There is no run in this folder.",
      where: runDir,
      remedy: "Check the path: `selftrain runs` lists the runs of a folder.",
    });
  }
  const text = guardFs("read the run", path, () => fs.readFileSync(path, "utf8"));
  const { success, data } = runInfoSchema.safeParse(jsonOf(text));
  if (success) return data;
  const other = z.looseObject({ format: z.int() }).safeParse(jsonOf(text)).data?.format;
  if (other === undefined || other === format)
    throw damaged(path, "run.json is damaged.", text.slice(0, 120) || "an empty file");
  throw new SelftrainError({
    code: "run-unreadable",
    message: "This version cannot read the run directory.",
    found: `format ${other}`,
    expected: `format ${format}`,
    where: path,
    remedy: "Use the version of selftrain that wrote it; environment.json names it.",
  });
}

/** Throws `run-damaged` where a folder without `run.json` has lines of metrics, rollouts or checkpoints: it was a run. */
export function refuseLost(folder: string): void {
  const holds = ["metrics.jsonl", "rollouts", "checkpoints"].filter((name) => {
    const found = fs.statSync(join(folder, name), { throwIfNoEntry: false });
    if (found?.isDirectory()) return fs.readdirSync(join(folder, name)).some((own) => !isPartial(own));
    return (found?.size ?? 0) > 0;
  });
  if (isRun(folder) || holds.length === 0) return;
  throw damaged(
    infoPath(folder),
    "The run has lost its run.json.",
    `no such file beside ${holds.join(", ")}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(path: string, message: string, found: string): SelftrainError {
  return new SelftrainError({
    code: "run-damaged",
    message,
    found,
    expected: `{"format":${format},"kind":"train","created":"2026-01-31T12:00:00.000Z","status":"interrupted"}`,
    where: path,
    remedy:
      "Restore the file, or write it as expected, with the run's own kind (train, pretrain, finetune or reward-model).",
  });
}
