/**
 * The trainer's own state in a checkpoint, `trainer.json`: whatever it needs beside weights and optimiser moments
 * to continue (step, data cursor, teacher labels). What is in it is the trainer's business.
 */
import { join } from "node:path";
import { writeFileAtomic } from "../io/fs/atomic.js";
import { readStored } from "../io/fs/stored.js";

const fileName = "trainer.json";

/** Writes the state, which must be plain JSON data, into a checkpoint folder. */
export function writeRunState(folder: string, state: object): void {
  writeFileAtomic(join(folder, fileName), `${JSON.stringify(state, null, 2)}\n`);
}

/** Reads the state through a parser, such as a zod schema. Throws `checkpoint-corrupt` where it does not fit. */
export function readRunState<S>(folder: string, schema: { parse(raw: unknown): S }): S {
  const path = join(folder, fileName);
  return readStored(path, {
    code: "checkpoint-corrupt",
    message: "The trainer's state in the checkpoint cannot be read.",
    remedy: `Delete the folder ${folder} to resume from the checkpoint before it.`,
    action: "read the checkpoint",
    read: (text) => schema.parse(JSON.parse(text)),
  });
}
