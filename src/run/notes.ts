/**
 * Flags and notes of readers, `notes.jsonl` of the run: one JSON object a line, added and never changed. A later line of the same id takes the place
 * of an earlier one, and one that says `removed` takes it away. No training reads or writes it.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { writeFully } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";

const aboutSchema = z.object({
  source: z.enum(["rollouts", "probe"]),
  step: z.int().min(0),
  /** Null of a note on the whole step. */
  group: z.int().min(0).nullable(),
  /** Null of a note on the whole group. */
  sample: z.int().min(0).nullable(),
});

const noteSchema = aboutSchema.extend({
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  flag: z.boolean(),
  text: z.string(),
});

export type RunNote = z.output<typeof noteSchema>;

const lineSchema = z.union([
  noteSchema,
  z.object({ id: z.string(), at: z.string(), removed: z.literal(true) }),
]);

const pathOf = (run: string): string => join(run, "notes.jsonl");

/** What there is by step, group and sample, and the numbers of lines that are none, from 1. An unfinished last line is one of them. */
export function readNotes(run: string): { readonly notes: RunNote[]; readonly damaged: number[] } {
  const path = pathOf(run);
  if (!fs.existsSync(path)) return { notes: [], damaged: [] };
  const text = guardFs("read the notes", path, () => fs.readFileSync(path, "utf8"));
  const notes = new Map<string, RunNote>();
  const damaged: number[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const read = lineOf(line);
    if (read === null) damaged.push(i + 1);
    else if ("removed" in read) notes.delete(read.id);
    else notes.set(read.id, read);
  }
  const order = (a: RunNote, b: RunNote): number =>
    a.step - b.step || (a.group ?? -1) - (b.group ?? -1) || (a.sample ?? -1) - (b.sample ?? -1);
  return { notes: [...notes.values()].sort(order), damaged };
}

function lineOf(line: string): z.output<typeof lineSchema> | null {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Writes a note, under a new id or in the place of the one that it names. Throws `note-unknown` where that is not there. */
export function writeNote(run: string, note: Omit<RunNote, "id" | "at"> & { readonly id?: string }): RunNote {
  if (note.id !== undefined) noteOf(run, note.id);
  const written = { id: randomBytes(6).toString("hex"), ...note, at: new Date().toISOString() };
  append(run, written);
  return written;
}

/** Takes a note away, and returns it. Throws `note-unknown`. */
export function removeNote(run: string, id: string): RunNote {
  const note = noteOf(run, id);
  append(run, { id, at: new Date().toISOString(), removed: true });
  return note;
}

function noteOf(run: string, id: string): RunNote {
  const found = readNotes(run).notes.find((note) => note.id === id);
  if (found !== undefined) return found;
  throw new SelftrainError({
    code: "note-unknown",
    message: "The run has no such note.",
    found: id,
    where: pathOf(run),
    remedy: "Read the notes again: it may have been removed.",
  });
}

/** One write call, so that lines of several writers do not mix; a torn line before it is ended first. */
function append(run: string, line: object): void {
  const path = pathOf(run);
  guardFs("write the note", path, () => {
    const fd = fs.openSync(path, "a+");
    try {
      const { size } = fs.fstatSync(fd);
      const last = Buffer.alloc(1);
      const torn = size > 0 && fs.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
      writeFully(fd, Buffer.from(`${torn ? "\n" : ""}${JSON.stringify(line)}\n`));
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}
