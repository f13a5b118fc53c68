/**
 * What is asked of a training while it goes on, and what became of it. A request is a file, `control/000001.json`, that anything may write. The
 * training takes it between two steps, and writes that down in `control/log.jsonl` before anything follows from it: the log is part of the run,
 * and a step is a function of it as of the configuration.
 */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { partialPath, writeFileAtomic, writeNewFile } from "../io/fs/atomic.js";
import { makeFolder } from "../io/fs/folder.js";
import { guardFs } from "../io/fs/fs-errors.js";
import { readStored } from "../io/fs/stored.js";

export const controlActionSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("pause") }),
  z.strictObject({ action: z.literal("resume") }),
  z.strictObject({ action: z.literal("checkpoint") }),
  z.strictObject({ action: z.literal("stop") }),
  /** What the learning rate of later steps is multiplied by, in the place of an earlier factor. */
  z.strictObject({ action: z.literal("learning-rate"), factor: z.number().gt(0).max(1000) }),
  /** `rejection.minAgreement` of later steps; null is what the configuration says. */
  z.strictObject({ action: z.literal("filter"), minAgreement: z.number().min(0).max(1).nullable() }),
]);
export type ControlAction = z.output<typeof controlActionSchema>;

export interface ControlRequest {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly asked: ControlAction;
}

const loggedSchema = z.object({
  number: z.int().positive(),
  /** ISO 8601: when it was decided. */
  at: z.string(),
  /** Null where the request could not be read. */
  asked: controlActionSchema.nullable(),
  /** Steps that were done when it was decided. */
  step: z.int().min(0),
  /** Why it was refused; null where it was taken. */
  refused: z.string().nullable(),
});
export type LoggedControl = z.output<typeof loggedSchema>;

const folderOf = (run: string): string => join(run, "control");
const logOf = (run: string): string => join(folderOf(run), "log.jsonl");
const fileOf = (run: string, number: number): string =>
  join(folderOf(run), `${String(number).padStart(6, "0")}.json`);

/** Numbers of the requests there are, ascending. */
export function controlNumbers(run: string): number[] {
  const folder = folderOf(run);
  if (!fs.existsSync(folder)) return [];
  return guardFs("look for controls", folder, () => fs.readdirSync(folder))
    .flatMap((name) => {
      const number = Number(/^(\d{6,15})\.json$/.exec(name)?.[1] ?? 0);
      return number > 0 ? [number] : [];
    })
    .sort((a, b) => a - b);
}

/** A request as it was written; the reason where it cannot be read as one. */
export function readControl(run: string, number: number): ControlRequest | string {
  try {
    const { number: _, at, ...asked } = JSON.parse(fs.readFileSync(fileOf(run, number), "utf8"));
    return { number, at: z.iso.datetime().parse(at), asked: controlActionSchema.parse(asked) };
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
  }
}

/** Writes a request under the next number, whole or not at all; of two that are written at once each gets its own. */
export function askControl(run: string, asked: ControlAction): ControlRequest {
  makeFolder(folderOf(run), "ask the training");
  for (let number = (controlNumbers(run).at(-1) ?? 0) + 1; ; number++) {
    const request = { number, at: new Date().toISOString(), asked };
    if (createFile(fileOf(run, number), `${JSON.stringify({ number, at: request.at, ...asked })}\n`))
      return request;
  }
}

/** False where the file is there already. */
function createFile(path: string, text: string): boolean {
  const partial = partialPath(path);
  return guardFs("ask the training", path, () => {
    try {
      writeNewFile(partial, text);
      fs.linkSync(partial, path);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw cause;
    } finally {
      fs.rmSync(partial, { force: true });
    }
  });
}

/** What became of the requests, in the order in which it was decided. Throws `controls-corrupt`. */
export function readControlLog(run: string): LoggedControl[] {
  const path = logOf(run);
  if (!fs.existsSync(path)) return [];
  return readStored(path, {
    code: "controls-corrupt",
    message: "The log of what was asked of the run cannot be read.",
    remedy:
      "Restore the file. Without it steps after a change of the learning rate or the filter cannot be done again.",
    action: "read the controls",
    read: (text) =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => loggedSchema.parse(JSON.parse(line))),
  });
}

/** Writes down what became of a request, durably. Throws where it is written down already: a decision stands. */
export function logControl(run: string, logged: LoggedControl): void {
  const all = readControlLog(run);
  if (all.some(({ number }) => number === logged.number))
    throw new SelftrainError({
      code: "controls-corrupt",
      message: `What became of control ${logged.number} is written down already.`,
      where: logOf(run),
      remedy: "Let nothing else write the log.",
    });
  makeFolder(folderOf(run), "write the controls");
  writeFileAtomic(logOf(run), [...all, logged].map((own) => `${JSON.stringify(own)}\n`).join(""));
}

/** Whether the process that has held the run since then (ISO 8601) has paused it. */
export function isPaused(log: readonly LoggedControl[], since: string): boolean {
  const last = log.findLast(
    ({ asked, refused, at }) =>
      refused === null && at >= since && (asked?.action === "pause" || asked?.action === "resume"),
  );
  return last?.asked?.action === "pause";
}
