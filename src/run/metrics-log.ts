/**
 * The append-only log of a run, `metrics.jsonl`: one JSON object a line, one write call a line, fsynced before
 * `append` returns. So a kill loses at most the line being written, which is repaired when the log is opened.
 *
 * A resumed trainer does the steps after its checkpoint again. They are deterministic, so their lines are in the
 * file already, and `append` keeps those that are equal in everything but `time`. Where they differ (other
 * hardware, other versions), the file is cut there and the caller is told. A line that was lost is filled in.
 * A metric that a line lacks is one that the version which wrote it did not know: it makes no difference.
 */
import fs from "node:fs";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic, writeFully } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";
import { metricLines, parseRecord } from "./metric-lines.js";
import type { MetricRecord } from "./run-directory.js";

/** Something the user should know about the run's metrics. */
export interface MetricsNotice {
  readonly code: "resume-diverged" | "metrics-restored";
  readonly message: string;
}

interface Line {
  readonly record: MetricRecord;
  /** First byte of the line in the file. */
  readonly offset: number;
}

/** The records of a log, in file order. An unfinished last line, as another process may be writing, is left out. */
export function readMetrics(path: string): MetricRecord[] {
  const bytes = guardFs("read the metrics", path, () => fs.readFileSync(path));
  return parseLines(bytes, path).map((line) => line.record);
}

export class MetricsLog {
  readonly path: string;
  #fd: number;
  readonly #lines: Line[];
  #size: number;

  private constructor(path: string, fd: number, lines: Line[], size: number) {
    this.path = path;
    this.#fd = fd;
    this.#lines = lines;
    this.#size = size;
  }

  /** Opens or creates a log. Throws `metrics-corrupt` where a line other than the last is damaged. */
  static open(path: string): MetricsLog {
    return guardFs("open the metrics", path, () => {
      // "a+" would ignore positions and so could not be cut; "r+" needs the file to exist.
      const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o666);
      try {
        const bytes = repairTail(fd, fs.readFileSync(fd));
        return new MetricsLog(path, fd, parseLines(bytes, path), bytes.byteLength);
      } catch (cause) {
        fs.closeSync(fd);
        throw cause;
      }
    });
  }

  /** All records, in file order. */
  get records(): MetricRecord[] {
    return this.#lines.map((line) => line.record);
  }

  /**
   * Adds a record durably. One whose kind and step are in the file already is a step done again after a resume: an
   * equal one is kept as it was, without metrics that its version did not write; otherwise the file is cut there first and `resume-diverged` is returned. One that
   * belongs before lines that are there is put before them. Numbers
   * that JSON has no word for (NaN, infinities) are written as null. When the disk is full the log stays as it
   * was before the call. A file that was deleted meanwhile is written again from memory, with `metrics-restored`;
   * throws `metrics-changed` where it is another.
   */
  append(record: MetricRecord): MetricsNotice | null {
    const restored = this.#restoreDeleted();
    const at = this.#lines.findIndex((line) => place(line.record, record) === 0);
    const there = this.#lines[at]?.record;
    if (there === undefined) {
      const later = this.#lines.findIndex((line) => place(line.record, record) > 0);
      if (later < 0) this.#write(record);
      else this.#replace(this.records.toSpliced(later, 0, record));
      return restored;
    }
    const differing = differingMetrics(there, record);
    if (differing.length === 0) return restored;
    this.#cut(at);
    this.#write(record);
    return { code: "resume-diverged", message: divergence(record, differing) };
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  /** Whether the path still leads to what was written here. Where nothing is there any more, everything is written again. */
  #restoreDeleted(): MetricsNotice | null {
    const [ours, there] = guardFs("look at the metrics", this.path, () => [
      fs.fstatSync(this.#fd, { bigint: true }),
      fs.statSync(this.path, { bigint: true, throwIfNoEntry: false }),
    ]);
    if (there === undefined) {
      this.#replace(this.records);
      const message = `metrics.jsonl was deleted while the run was writing it; its ${this.#lines.length} lines are written again`;
      return { code: "metrics-restored", message };
    }
    if (there.ino === ours.ino && there.dev === ours.dev && there.size === BigInt(this.#size)) return null;
    throw new SelftrainError({
      code: "metrics-changed",
      message: "The metrics were changed while the run was writing them.",
      found: `${there.size} bytes`,
      expected: `the ${this.#size} bytes that the run wrote`,
      where: this.path,
      remedy:
        "Let nothing else write the file. --resume goes on from the last checkpoint that its lines reach.",
    });
  }

  /** Puts a file with these records in the place of the one that was open. */
  #replace(records: readonly MetricRecord[]): void {
    const bytes = Buffer.from(records.map(lineOf).join(""));
    writeFileAtomic(this.path, bytes);
    guardFs("open the metrics", this.path, () => {
      const fd = fs.openSync(this.path, fs.constants.O_RDWR);
      fs.closeSync(this.#fd);
      this.#fd = fd;
    });
    this.#lines.splice(0, this.#lines.length, ...parseLines(bytes, this.path));
    this.#size = bytes.byteLength;
  }

  #cut(line: number): void {
    const { offset } = this.#lines[line]!;
    guardFs("cut the metrics", this.path, () => fs.ftruncateSync(this.#fd, offset));
    this.#lines.length = line;
    this.#size = offset;
  }

  #write(record: MetricRecord): void {
    const bytes = Buffer.from(lineOf(record));
    guardFs("write the metrics", this.path, () => {
      try {
        writeFully(this.#fd, bytes, this.#size);
        fs.fsyncSync(this.#fd);
      } catch (cause) {
        fs.ftruncateSync(this.#fd, this.#size);
        throw cause;
      }
    });
    this.#lines.push({ record: JSON.parse(bytes.toString()) as MetricRecord, offset: this.#size });
    this.#size += bytes.byteLength;
  }
}

const lineOf = (record: MetricRecord): string => `${JSON.stringify(record)}\n`;

/** Kinds in the order in which a trainer writes those of a step; at step 0, which trains nothing, it evaluates first. */
const order = (step: number): readonly MetricRecord["kind"][] =>
  step === 0 ? ["step", "eval", "probe", "validation"] : ["step", "probe", "validation", "eval"];

/** Below 0 where `a` belongs before `b`, above 0 where it belongs behind it; 0 where they are of one kind and step. */
function place(a: MetricRecord, b: MetricRecord): number {
  const kinds = order(a.step);
  return a.step - b.step || kinds.indexOf(a.kind) - kinds.indexOf(b.kind);
}

const newline = 0x0a;

/** Completes a last line that lacks only its newline, and cuts one that is torn. Returns the bytes that stay. */
function repairTail(fd: number, bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(newline) + 1;
  if (end === bytes.byteLength) return bytes;
  if (parseRecord(bytes.subarray(end).toString()) === null) {
    fs.ftruncateSync(fd, end);
    fs.fsyncSync(fd);
    return bytes.subarray(0, end);
  }
  writeFully(fd, Buffer.of(newline), bytes.byteLength);
  fs.fsyncSync(fd);
  return Buffer.concat([bytes, Buffer.of(newline)]);
}

function parseLines(bytes: Buffer, path: string): Line[] {
  const lines: Line[] = [];
  for (const { record, text, offset } of metricLines(bytes)) {
    if (record === null) {
      throw new SelftrainError({
        code: "metrics-corrupt",
        message: "A line of the metrics is not a metric record.",
        found: text.slice(0, 120),
        expected: '{"kind":"step","step":1,"metrics":{…},"time":{…}}',
        where: `${path}:${lines.length + 1}`,
        remedy:
          "Restore the line, or delete it: --resume then goes on from the last checkpoint that the lines before it reach, and writes it again.",
      });
    }
    lines.push({ record, offset });
  }
  return lines;
}

/** The metrics of a line that a step done again does not give as they are there; what JSON has no word for is null on both sides. */
function differingMetrics({ metrics: there }: MetricRecord, { metrics: redone }: MetricRecord): string[] {
  return Object.keys(there).filter(
    (name) =>
      JSON.stringify([there[name]]) !== JSON.stringify([redone[name]]) || !Object.hasOwn(redone, name),
  );
}

function divergence({ kind, step }: MetricRecord, differing: readonly string[]): string {
  return `Doing ${kind} ${step} again gave another result (${differing.join(", ")}): the machine, its threads or the versions differ. The lines from there on were replaced.`;
}
