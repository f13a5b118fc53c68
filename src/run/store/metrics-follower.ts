/** Following `metrics.jsonl` while it grows: each line is read once, and a damaged one is named and passed over. */
import fs from "node:fs";
import { guardFs } from "../../io/fs/fs-errors.js";
import { metricLines } from "../metric-lines.js";
import type { MetricRecord } from "../run-directory.js";

/** A line that is no record. */
export interface DamagedLine {
  /** Counted from 1. */
  readonly line: number;
  /** The beginning of what stands there. */
  readonly found: string;
}

/** What came since the last look. */
export interface MetricsNews {
  readonly records: readonly MetricRecord[];
  /** The byte after the line of each record. */
  readonly ends: readonly number[];
  /** Whether the file was cut or replaced: what was read before is to be forgotten, and `records` are all of them. */
  readonly anew: boolean;
}

/** Bytes before the place that was reached, by which a file that was cut and has grown again is found out. */
const CHECKED_BYTES = 256;

export class MetricsFollower {
  readonly path: string;
  #place = start();
  readonly #damaged: DamagedLine[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** Byte that the next look begins at: the first of a line. */
  get offset(): number {
    return this.#place.offset;
  }

  /** Lines met that are no records. */
  get damaged(): readonly DamagedLine[] {
    return this.#damaged;
  }

  /** Reads what was added. A file that is not there has no lines; a last line without its newline waits for the next look. */
  read(): MetricsNews {
    if (!fs.existsSync(this.path)) {
      const anew = this.#place.offset > 0;
      this.#forget();
      return { records: [], ends: [], anew };
    }
    return guardFs("read the metrics", this.path, () => {
      const fd = fs.openSync(this.path, "r");
      try {
        return this.#readFrom(fd);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  #readFrom(fd: number): MetricsNews {
    const { size, ino } = fs.fstatSync(fd);
    const known = this.#place;
    const same =
      known.offset === 0 ||
      (known.inode === ino &&
        known.offset <= size &&
        known.tail.equals(bytesOf(fd, known.offset - known.tail.byteLength, known.offset)));
    if (!same) this.#forget();
    const from = this.#place.offset;
    const bytes = bytesOf(fd, from, size);
    const records: MetricRecord[] = [];
    const ends: number[] = [];
    let { lines } = this.#place;
    let read = 0;
    for (const { record, text, end } of metricLines(bytes)) {
      lines++;
      read = end;
      if (record === null) this.#damaged.push({ line: lines, found: text.slice(0, 120) });
      else {
        records.push(record);
        ends.push(from + end);
      }
    }
    const offset = from + read;
    const tail = bytesOf(fd, Math.max(0, offset - CHECKED_BYTES), offset);
    this.#place = { offset, lines, inode: ino, tail };
    return { records, ends, anew: !same };
  }

  #forget(): void {
    this.#place = start();
    this.#damaged.length = 0;
  }
}

interface Place {
  readonly offset: number;
  readonly lines: number;
  readonly inode: number;
  /** The bytes before `offset`. */
  readonly tail: Buffer;
}

const start = (): Place => ({ offset: 0, lines: 0, inode: 0, tail: Buffer.alloc(0) });

function bytesOf(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let done = 0;
  while (done < bytes.byteLength) {
    const read = fs.readSync(fd, bytes, done, bytes.byteLength - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
