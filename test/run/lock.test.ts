import fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { acquireLock, type LockHolder, lockHolder } from "../../src/run/lock.js";
import { startChild } from "./child.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const path = () => join(temporary.path, "lock");
afterEach(() => vi.restoreAllMocks());

/** Writes the lock of a process that does not exist, unless told otherwise. */
function plant(over: Partial<LockHolder> = {}): void {
  const holder = {
    pid: 2 ** 22 + 1,
    hostname: hostname(),
    since: "2026-01-01",
    processStart: null,
    token: "t0",
  };
  fs.writeFileSync(path(), JSON.stringify({ ...holder, ...over }));
}

describe("acquireLock", () => {
  it("refuses a second holder, naming the first, until it is released", () => {
    const lock = acquireLock(path());
    expect(() => acquireLock(path())).toThrow(
      expect.objectContaining({
        code: "run-in-use",
        message: expect.stringContaining(`Process ${process.pid} on ${hostname()}`),
        remedy: expect.stringContaining(`kill ${process.pid}`),
      }),
    );
    expect(lockHolder(path())?.pid).toBe(process.pid);
    lock.release();
    expect(lockHolder(path())).toBeNull();
    acquireLock(path()).release();
    expect(fs.readdirSync(temporary.path)).toEqual([]);
  });

  it("takes over from a dead process, and leaves no trace of the taking over", () => {
    plant();
    expect(lockHolder(path())).toBeNull();
    const lock = acquireLock(path());
    expect(lockHolder(path())).toEqual(lock.holder);
    expect(fs.readdirSync(temporary.path)).toEqual(["lock"]);
  });

  it.skipIf(process.platform !== "linux")("tells a process from a later one with its pid", () => {
    plant({ pid: process.pid, processStart: "12" });
    acquireLock(path());
    expect(() => acquireLock(path())).toThrow(expect.objectContaining({ code: "run-in-use" }));
  });

  it("cannot tell whether a process on another host lives, and says what to do", () => {
    plant({ hostname: "elsewhere" });
    expect(() => acquireLock(path())).toThrow(
      expect.objectContaining({ code: "run-in-use", remedy: expect.stringContaining(`delete ${path()}`) }),
    );
  });

  it("takes over from a process that died taking over", () => {
    plant();
    const dead = fs.readFileSync(path(), "utf8");
    fs.writeFileSync(`${path()}.takeover-t0`, dead.replace('"t0"', '"t1"'));
    const lock = acquireLock(path());
    expect(lockHolder(path())).toEqual(lock.holder);
    expect(fs.readdirSync(temporary.path)).toEqual(["lock"]);
  });

  it("leaves a stale lock to the live process that is taking it over", () => {
    plant();
    const other = acquireLock(`${path()}.takeover-t0`);
    expect(() => acquireLock(path())).toThrow(expect.objectContaining({ code: "run-in-use" }));
    other.release();
    acquireLock(path());
  });

  it("refuses a lock file that is none", () => {
    fs.writeFileSync(path(), "hello");
    expect(() => acquireLock(path())).toThrow(
      expect.objectContaining({ code: "lock-unreadable", where: path() }),
    );
    expect(fs.readdirSync(temporary.path)).toEqual(["lock"]);
  });

  it("works on a file system without hard links", () => {
    vi.spyOn(fs, "linkSync").mockImplementation(() => {
      throw Object.assign(new Error("fake"), { code: "EPERM" });
    });
    acquireLock(path());
    expect(() => acquireLock(path())).toThrow(expect.objectContaining({ code: "run-in-use" }));
  });
});

describe("release", () => {
  it("leaves a lock alone that is another's by now", () => {
    const lock = acquireLock(path());
    plant({ token: "other" });
    lock.release();
    expect(fs.existsSync(path())).toBe(true);
  });
});

describe("processes", () => {
  it("hold it until they are killed", async () => {
    const child = startChild("hold-lock.mjs", path());
    child.process.stdin!.write("go\n");
    await child.printed(2);
    expect(child.lines).toEqual(["ready", "acquired"]);
    expect(() => acquireLock(path())).toThrow(expect.objectContaining({ code: "run-in-use" }));
    await child.kill();
    acquireLock(path());
  });

  it("that find it stale at the same time: one gets it", async () => {
    plant();
    const children = Array.from({ length: 6 }, () => startChild("hold-lock.mjs", path()));
    await Promise.all(children.map((child) => child.printed(1)));
    for (const child of children) child.process.stdin!.write("go\n");
    await Promise.all(children.map((child) => child.printed(2)));
    const outcomes = children.map((child) => child.lines[1]).sort();
    await Promise.all(children.map((child) => child.kill()));
    expect(outcomes).toEqual(["acquired", ...Array.from({ length: 5 }, () => "run-in-use")]);
  });
});
