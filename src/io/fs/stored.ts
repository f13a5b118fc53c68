/** Files of our own that are read back: what is not as it was written is one error, with the file's name and the remedy. */
import fs from "node:fs";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { decodeUtf8 } from "../../utf8.js";
import { guardFs } from "./fs-errors.js";

export interface Stored<T> {
  /** Of the error where the text cannot be read as what it should be. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** What is done, for file-system errors: "read the checkpoint". */
  readonly action: string;
  /** From the text to its content; throws where it is none. */
  read(text: string): T;
}

/** Throws `code` where the content does not fit, and as `guardFs` does. */
export function readStored<T>(path: string, { code, message, remedy, action, read }: Stored<T>): T {
  const bytes = guardFs(action, path, () => fs.readFileSync(path));
  try {
    return read(decodeUtf8(bytes, path));
  } catch (cause) {
    throw new SelftrainError({ code, message, found: whyUnreadable(cause), where: path, remedy }, { cause });
  }
}

/** What a parser or a schema had against a text, as a sentence. */
export function whyUnreadable(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return (cause as Error).message;
  return cause.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
