/** Votes as JSON lines or Parquet, a group a row; a file appears when it is whole. */
import fs from "node:fs";
import { extname } from "node:path";
import { SelftrainError } from "../../errors.js";
import { commitFile, partialPath, syncFile, writeFully } from "../../io/fs/atomic.js";
import { quotePath, quoteText, withConnection } from "../../io/fs/duckdb.js";
import { fsError, guardFs } from "../../io/fs/fs-errors.js";
import type { GroupVote } from "./group-vote.js";

const columns = {
  id: "VARCHAR",
  samples: "INTEGER",
  label: "VARCHAR",
  agreement: "DOUBLE",
  margin: "DOUBLE",
  entropy: "DOUBLE",
  effectiveAnswers: "DOUBLE",
  pairwiseAgreement: "DOUBLE",
  noAnswerShare: "DOUBLE",
  tie: "BOOLEAN",
  answersNeeded: "INTEGER",
  clusters: "STRUCT(kind VARCHAR, answer VARCHAR, count INTEGER, weight DOUBLE, members INTEGER[])[]",
  rewards: "DOUBLE[]",
  graderFailures: "INTEGER",
  breakOff: "INTEGER",
} as const satisfies Record<Exclude<keyof GroupVote, "explanations">, string>;

export interface VoteWriter {
  write(vote: GroupVote): void;
  /** Publishes the file. */
  close(): Promise<void>;
  /** Leaves nothing unfinished behind. Harmless after `close`. */
  dispose(): void;
}

/** Throws `output-exists` and `output-format` before anything is read. */
export function openVoteFile(path: string): VoteWriter {
  const format = extname(path).toLowerCase();
  if (![".jsonl", ".ndjson", ".parquet"].includes(format)) {
    throw new SelftrainError({
      code: "output-format",
      message: `The name of ${path} does not say what to write.`,
      found: format,
      expected: ".jsonl, .ndjson or .parquet",
      where: path,
      remedy: "Rename the output.",
    });
  }
  if (fs.existsSync(path)) {
    throw new SelftrainError({
      code: "output-exists",
      message: `${path} exists already`,
      where: path,
      remedy: "give another --output, or remove it first",
    });
  }
  const lines = partialPath(path);
  const fd = guardFs("write the votes", path, () => fs.openSync(lines, "wx"));
  let open = true;
  const release = (): void => {
    if (open) fs.closeSync(fd);
    open = false;
  };
  return {
    write: (vote) =>
      guardFs("write the votes", path, () => writeFully(fd, Buffer.from(`${JSON.stringify(vote)}\n`))),
    async close() {
      try {
        fs.fsyncSync(fd);
        release();
        if (format === ".parquet") await convert(lines, path);
        else commitFile(lines, path);
      } catch (cause) {
        throw fsError(cause, "write the votes", path);
      }
    },
    dispose() {
      release();
      fs.rmSync(lines, { force: true });
    },
  };
}

async function convert(lines: string, path: string): Promise<void> {
  const partial = partialPath(path);
  const types = Object.entries(columns).map(([name, type]) => `${name}: ${quoteText(type)}`);
  try {
    await withConnection((connection) =>
      connection.run(
        `COPY (FROM read_json(${quotePath(lines)}, format = 'newline_delimited', columns = {${types.join(", ")}}, maximum_object_size = 1073741824)) TO ${quoteText(partial)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
    syncFile(partial);
    commitFile(partial, path);
  } finally {
    fs.rmSync(partial, { force: true });
  }
}
