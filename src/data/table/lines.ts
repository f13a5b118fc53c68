/**
 * Text files a line at a time. DuckDB's readers do not do: they end a packed file that is cut off without an error, take
 * every carriage return outside quotes for the end of a line, and do not say which line a good row came from.
 */
import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { SelftrainError } from "../../errors.js";
import { Utf8Reader } from "../../utf8.js";

export interface Line {
  /** Counted from 1, as editors count. */
  readonly number: number;
  /** Without the line feed, but with a carriage return before it. */
  readonly text: string;
}

/** Bytes, or text, as a stream hands them out. */
export type Chunks = AsyncIterable<string | Uint8Array>;

/** The lines of a file. One whose name ends in `.gz` is unpacked. Throws `file-unreadable` and as `linesIn` does. */
export const linesOf = (path: string): AsyncGenerator<Line, void> => linesIn(bytesOf(path), path);

/**
 * The lines of a stream, such as standard input. They end in a line feed alone: node:readline would also split at
 * U+2028, which JSON strings may contain. A byte order mark is dropped. Throws `text-not-utf8`, where `name` stands for
 * the stream.
 */
export async function* linesIn(chunks: Chunks, name: string): AsyncGenerator<Line, void> {
  let number = 0;
  let rest = "";
  for await (const text of textIn(chunks, name)) {
    // Only what is new is searched: a long line comes in many chunks.
    const [end, ...lines] = text.split("\n") as [string, ...string[]];
    rest += end;
    for (const next of lines) {
      yield { number: ++number, text: rest };
      rest = next;
    }
  }
  if (rest !== "") yield { number: ++number, text: rest };
}

/** The text of a file in pieces of any length. Throws `file-unreadable` and `text-not-utf8`. */
export const textOf = (path: string): AsyncGenerator<string, void> => textIn(bytesOf(path), path);

async function* textIn(chunks: Chunks, name: string): AsyncGenerator<string, void> {
  const reader = new Utf8Reader(name);
  for await (const chunk of chunks) {
    yield typeof chunk === "string" ? chunk : reader.read(chunk);
    if (reader.fault) throw reader.fault;
  }
  reader.end();
  if (reader.fault) throw reader.fault;
}

const isPacked = (path: string): boolean => path.toLowerCase().endsWith(".gz");

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void> {
  const bytes = createReadStream(path);
  try {
    // An error of either stream is met by whoever reads the last.
    yield* (isPacked(path) ? pipeline(bytes, createGunzip(), () => {}) : bytes) as Readable;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, cause: NodeJS.ErrnoException): SelftrainError {
  return new SelftrainError(
    {
      code: "file-unreadable",
      message: `${path} cannot be read: ${cause.message}.`,
      found: cause.code,
      expected: "a readable file",
      where: path,
      remedy: "Check that the file is whole and that this user may read it.",
    },
    { cause },
  );
}
