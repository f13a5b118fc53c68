/**
 * Text files a line at a time. DuckDB's readers do not do: they end a packed file that is cut off without an error, take
 * every carriage return outside quotes for the end of a line, and do not say which line a good row came from.
 */
import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { SelftrainError } from "../../errors.js";
import { firstNotUtf8, notUtf8 } from "./encoding.js";

export interface Line {
  /** Counted from 1, as editors count. */
  readonly number: number;
  /** Without the line feed, but with a carriage return before it. */
  readonly text: string;
}

/**
 * Lines end in a line feed alone: node:readline would also split at U+2028, which JSON strings may contain. A byte
 * order mark is dropped, and a file whose name ends in `.gz` is unpacked. Throws `file-unreadable` and `text-not-utf8`.
 */
export async function* linesOf(path: string): AsyncGenerator<Line, void> {
  let checked = false;
  for await (const line of decodedLines(path)) {
    // The character that stands for what is none; a file may hold it, too.
    if (!checked && line.text.includes("\uFFFD")) {
      const bad = await firstNotUtf8(read<Buffer>(path, open(path)));
      if (bad !== null) throw notUtf8(path, bad);
      checked = true;
    }
    yield line;
  }
}

async function* decodedLines(path: string): AsyncGenerator<Line, void> {
  let number = 0;
  let rest = "";
  for await (const chunk of textOf(path)) {
    // Only what is new is searched: a long line comes in many chunks.
    const [end, ...lines] = chunk.split("\n") as [string, ...string[]];
    rest += end;
    for (const next of lines) {
      yield line(++number, rest);
      rest = next;
    }
  }
  if (rest !== "") yield line(++number, rest);
}

/** The text of a file in pieces of any length. Throws `file-unreadable`. */
export const textOf = (path: string): AsyncGenerator<string, void> =>
  read<string>(path, open(path).setEncoding("utf8"));

async function* read<T>(path: string, content: Readable): AsyncGenerator<T, void> {
  try {
    yield* content;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

const line = (number: number, text: string): Line => ({
  number,
  text: number === 1 ? text.replace(/^\uFEFF/, "") : text,
});

export const isPacked = (path: string): boolean => path.toLowerCase().endsWith(".gz");

function open(path: string): Readable {
  const bytes = createReadStream(path);
  // An error of either stream is met by whoever reads the last.
  return isPacked(path) ? pipeline(bytes, createGunzip(), () => {}) : bytes;
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
