import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MetricsLog, readMetrics } from "../../src/run/metrics-log.js";
import type { MetricRecord } from "../../src/run/run-directory.js";
import { record } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

const path = () => join(temporary.path, "metrics.jsonl");
const text = () => fs.readFileSync(path(), "utf8");
const lines = (...records: MetricRecord[]) => records.map((r) => `${JSON.stringify(r)}\n`).join("");

function write(...records: MetricRecord[]): void {
  const log = MetricsLog.open(path());
  for (const r of records) log.append(r);
  log.close();
}

describe("append", () => {
  it("writes one line a record, with one write call", () => {
    const log = MetricsLog.open(path());
    const calls = vi.spyOn(fs, "writeSync");
    log.append(record(1));
    log.append(record(1, { kind: "eval" }));
    log.append(record(2));
    expect(calls).toHaveBeenCalledTimes(3);
    log.close();
    expect(text()).toBe(lines(record(1), record(1, { kind: "eval" }), record(2)));
    expect(readMetrics(path())).toEqual([record(1), record(1, { kind: "eval" }), record(2)]);
  });

  it("gives back what was written, numbers without a JSON form as null", () => {
    const log = MetricsLog.open(path());
    log.append(
      record(1, { metrics: { kl: Number.NaN, loss: 0.1 + 0.2 }, time: { rate: Number.POSITIVE_INFINITY } }),
    );
    const expected = [
      { kind: "step", step: 1, metrics: { kl: null, loss: 0.1 + 0.2 }, time: { rate: null } },
    ];
    expect(log.records).toEqual(expected);
    log.close();
    expect(readMetrics(path())).toEqual(expected);
  });

  it.skipIf(!fs.existsSync("/dev/full"))("is undone where the disk fills up in the middle of a line", () => {
    write(record(1));
    const log = MetricsLog.open(path());
    const real = fs.writeSync;
    const full = fs.openSync("/dev/full", "w");
    let calls = 0;
    vi.spyOn(fs, "writeSync").mockImplementation(((
      fd: number,
      bytes: Uint8Array,
      offset: number,
      length: number,
      at: number,
    ) =>
      calls++ === 0
        ? real(fd, bytes, offset, 9, at)
        : real(full, bytes, offset, length)) as typeof fs.writeSync);
    expect(() => log.append(record(2))).toThrow(
      expect.objectContaining({ code: "disk-full", where: path() }),
    );
    expect(calls).toBe(2);
    vi.restoreAllMocks();
    fs.closeSync(full);
    expect(text()).toBe(lines(record(1)));
    log.append(record(2));
    log.close();
    expect(text()).toBe(lines(record(1), record(2)));
  });
});

describe("a resumed run", () => {
  it("keeps the lines that are equal in everything but time, and goes on after them", () => {
    write(record(1), record(2), record(2, { kind: "eval" }), record(3));
    const before = text();
    const log = MetricsLog.open(path());
    for (const again of [record(2), record(2, { kind: "eval" }), record(3)]) {
      expect(log.append({ ...again, time: { seconds: 99 } })).toBeNull();
    }
    expect(text()).toBe(before);
    log.append(record(4));
    log.close();
    expect(text()).toBe(before + lines(record(4)));
  });

  it("takes equal metrics in another order as equal", () => {
    write(record(1, { metrics: { a: 1, b: 2 } }));
    const log = MetricsLog.open(path());
    expect(log.append(record(1, { metrics: { b: 2, a: 1 } }))).toBeNull();
    log.close();
  });

  it("keeps a line of a version that wrote fewer metrics, and cuts where one that it has is gone or null", () => {
    write(record(1, { metrics: { a: 1, b: null } }), record(2));
    const before = text();
    const log = MetricsLog.open(path());
    expect(log.append(record(1, { metrics: { a: 1, b: null, c: 3 } }))).toBeNull();
    expect(log.append(record(1, { metrics: { a: 1, b: Number.NaN } }))).toBeNull();
    expect(text()).toBe(before);
    expect(log.append(record(1, { metrics: { a: 1, c: 3 } }))).toMatchObject({
      code: "resume-diverged",
      message: expect.stringContaining("(b)"),
    });
    expect(text()).toBe(lines(record(1, { metrics: { a: 1, c: 3 } })));
    log.close();
  });

  it("cuts the file where a line differs, and says which metrics do", () => {
    write(record(1), record(2), record(3));
    const log = MetricsLog.open(path());
    const other = record(2, { metrics: { ...record(2).metrics, agreement: 0.75 } });
    const notice = log.append(other);
    expect(notice).toMatchObject({ code: "resume-diverged", message: expect.stringContaining("agreement") });
    expect(notice?.message).not.toContain("topAnswer");
    expect(text()).toBe(lines(record(1), other));
    expect(log.append(record(3))).toBeNull();
    log.close();
    expect(readMetrics(path())).toEqual([record(1), other, record(3)]);
  });

  it("fills in lines that were lost, whichever they are, and keeps the others as they were", () => {
    const whole = [
      record(0, { kind: "eval" }),
      record(0, { kind: "validation" }),
      ...[1, 2, 3].flatMap((step) => [
        record(step),
        record(step, { kind: "validation" }),
        record(step, { kind: "eval" }),
      ]),
    ];
    fc.assert(
      fc.property(fc.subarray(whole), (kept) => {
        fs.writeFileSync(path(), lines(...kept));
        const log = MetricsLog.open(path());
        for (const again of whole) expect(log.append({ ...again, time: { seconds: 99 } })).toBeNull();
        expect(log.append(record(4))).toBeNull();
        log.close();
        const filled = whole.map((r) => (kept.includes(r) ? r : { ...r, time: { seconds: 99 } }));
        expect(text()).toBe(lines(...filled, record(4)));
      }),
      { numRuns: 40 },
    );
  });
});

describe("a log that something else changes meanwhile", () => {
  it("is written again where it was deleted, and says so once", () => {
    write(record(1));
    const log = MetricsLog.open(path());
    log.append(record(2));
    fs.rmSync(path());
    expect(log.append(record(3))).toMatchObject({ code: "metrics-restored" });
    expect(log.append(record(4))).toBeNull();
    log.close();
    expect(text()).toBe(lines(record(1), record(2), record(3), record(4)));
  });

  it.each([
    ["emptied", () => fs.truncateSync(path(), 0)],
    ["appended to", () => fs.appendFileSync(path(), lines(record(9)))],
    [
      "replaced",
      () => {
        fs.writeFileSync(`${path()}.new`, lines(record(1)));
        fs.renameSync(`${path()}.new`, path());
      },
    ],
  ])("is left alone where it was %s: the run stops", (_, change) => {
    write(record(1));
    const log = MetricsLog.open(path());
    change();
    const changed = text();
    expect(() => log.append(record(2))).toThrow(
      expect.objectContaining({ code: "metrics-changed", where: path() }),
    );
    log.close();
    expect(text()).toBe(changed);
  });
});

describe("open", () => {
  it("repairs a log torn at any byte, losing the torn line only", () => {
    const whole = Buffer.from(lines(record(1), record(2, { metrics: { topAnswer: "√é😀" } })));
    const first = Buffer.byteLength(lines(record(1)));
    fc.assert(
      fc.property(fc.integer({ min: first, max: whole.length }), (size) => {
        fs.writeFileSync(path(), whole.subarray(0, size));
        const log = MetricsLog.open(path());
        const kept = log.records.length;
        log.append(record(7));
        log.close();
        // A line that lacks nothing but its newline is whole.
        expect(kept).toBe(size >= whole.length - 1 ? 2 : 1);
        expect(readMetrics(path()).map((r) => r.step)).toEqual(kept === 2 ? [1, 2, 7] : [1, 7]);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses a damaged line in the middle, naming it, and changes nothing", () => {
    const damaged = `${lines(record(1))}{"kind":"step","st\n${lines(record(3))}`;
    fs.writeFileSync(path(), damaged);
    expect(() => MetricsLog.open(path())).toThrow(
      expect.objectContaining({ code: "metrics-corrupt", where: `${path()}:2` }),
    );
    expect(text()).toBe(damaged);
  });
});

describe("readMetrics", () => {
  it("leaves out a line that is being written", () => {
    fs.writeFileSync(path(), `${lines(record(1))}{"kind":"st`);
    expect(readMetrics(path())).toEqual([record(1)]);
    expect(text()).toContain('{"kind":"st');
  });

  it("says which file is missing", () => {
    expect(() => readMetrics(path())).toThrow(
      expect.objectContaining({ code: "file-missing", where: path() }),
    );
  });
});
