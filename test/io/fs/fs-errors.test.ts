import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { SelftrainError } from "../../../src/errors.js";
import { fsError, guardFs, guardFsAsync } from "../../../src/io/fs/fs-errors.js";

const errno = (code: string) => Object.assign(new Error(`${code}: fake`), { code });

describe("fsError", () => {
  it.each([
    ["ENOSPC", "disk-full"],
    ["EDQUOT", "disk-full"],
    ["EACCES", "permission-denied"],
    ["EPERM", "permission-denied"],
    ["EROFS", "read-only"],
    ["ENOENT", "file-missing"],
    ["ENOTDIR", "not-a-folder"],
    ["EISDIR", "not-a-file"],
    ["EMFILE", "too-many-open-files"],
    ["EIO", "disk-failure"],
    ["EXDEV", "file-system-error"],
  ])("%s is %s, with file and remedy", (code, expected) => {
    const error = fsError(errno(code), "write the metrics", "/a/metrics.jsonl") as SelftrainError;
    expect(error).toBeInstanceOf(SelftrainError);
    expect(error).toMatchObject({ code: expected, where: "/a/metrics.jsonl", found: code });
    expect(error.message).toMatch(/^Cannot write the metrics: /);
    expect(error.remedy).not.toBe("");
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("reads the sentence of a library that gives no code", () => {
    const error = fsError(
      new Error('IO Error: Could not write file "x": No space left on device'),
      "write",
      "x",
    );
    expect(error).toMatchObject({ code: "disk-full" });
  });

  it("leaves alone what is no failure of the file system", () => {
    const ours = new SelftrainError({ code: "other", message: "m", remedy: "r" });
    const bug = new TypeError("undefined is not a function");
    for (const cause of [ours, bug, "text"]) expect(fsError(cause, "write", "x")).toBe(cause);
  });
});

describe("guardFs", () => {
  it("returns what the operation returns, and translates what it throws", async () => {
    expect(guardFs("read", "x", () => 3)).toBe(3);
    await expect(guardFsAsync("read", "x", async () => 4)).resolves.toBe(4);
    expect(() => guardFs("read", "/nowhere/x", () => fs.readFileSync("/nowhere/x"))).toThrow(
      expect.objectContaining({ code: "file-missing" }),
    );
    await expect(guardFsAsync("read", "x", () => Promise.reject(errno("EROFS")))).rejects.toMatchObject({
      code: "read-only",
    });
  });

  it.skipIf(!fs.existsSync("/dev/full"))("knows a disk that is really full", () => {
    const write = () => fs.writeFileSync("/dev/full", "x");
    expect(() => guardFs("write", "/dev/full", write)).toThrow(
      expect.objectContaining({ code: "disk-full" }),
    );
  });
});
