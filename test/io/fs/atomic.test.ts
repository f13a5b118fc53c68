import fs from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  isPartial,
  partialPath,
  publishFolder,
  removePartials,
  writeFileAtomic,
} from "../../../src/io/fs/atomic.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

const errno = (code: string) => Object.assign(new Error(`${code}: fake`), { code });

describe("writeFileAtomic", () => {
  it("replaces the content and leaves nothing else behind", () => {
    const path = join(temporary.path, "a.json");
    writeFileAtomic(path, "one");
    writeFileAtomic(path, new Uint8Array([116, 119, 111]));
    expect(fs.readFileSync(path, "utf8")).toBe("two");
    expect(fs.readdirSync(temporary.path)).toEqual(["a.json"]);
  });

  it.each(["writeSync", "fsyncSync", "renameSync"] as const)(
    "keeps the old content where %s fails",
    (name) => {
      const path = join(temporary.path, "a.json");
      writeFileAtomic(path, "one");
      vi.spyOn(fs, name).mockImplementationOnce(() => {
        throw errno("ENOSPC");
      });
      expect(() => writeFileAtomic(path, "two")).toThrow(
        expect.objectContaining({ code: "disk-full", where: path, remedy: expect.stringContaining("space") }),
      );
      expect(fs.readFileSync(path, "utf8")).toBe("one");
      expect(fs.readdirSync(temporary.path)).toEqual(["a.json"]);
    },
  );

  it("goes on after a short write", () => {
    const real = fs.writeSync;
    vi.spyOn(fs, "writeSync").mockImplementation(((fd: number, bytes: Uint8Array, offset: number) =>
      real(fd, bytes, offset, 1)) as typeof fs.writeSync);
    const path = join(temporary.path, "a.txt");
    writeFileAtomic(path, "several bytes");
    expect(fs.readFileSync(path, "utf8")).toBe("several bytes");
  });
});

describe("publishFolder", () => {
  it("publishes what was written, nested folders included", async () => {
    const target = join(temporary.path, "x");
    await publishFolder(target, async (folder) => {
      expect(isPartial(folder)).toBe(true);
      fs.mkdirSync(join(folder, "inner"));
      fs.writeFileSync(join(folder, "inner", "f"), "content");
    });
    expect(fs.readFileSync(join(target, "inner", "f"), "utf8")).toBe("content");
    expect(fs.readdirSync(temporary.path)).toEqual(["x"]);
  });

  it("leaves nothing where the writer fails", async () => {
    const failing = publishFolder(join(temporary.path, "x"), async (folder) => {
      fs.writeFileSync(join(folder, "half"), "");
      throw new Error("no more");
    });
    await expect(failing).rejects.toThrow("no more");
    expect(fs.readdirSync(temporary.path)).toEqual([]);
  });

  it("never overwrites", async () => {
    fs.mkdirSync(join(temporary.path, "x"));
    await expect(publishFolder(join(temporary.path, "x"), async () => {})).rejects.toMatchObject({
      code: "folder-exists",
    });
  });
});

describe("removePartials", () => {
  it("deletes leftovers and nothing else", () => {
    const kept = ["step-000001", "x.partial", "x.partial-notours", "partial-0123456789ab.txt"];
    for (const name of kept) fs.writeFileSync(join(temporary.path, name), "");
    fs.mkdirSync(partialPath(join(temporary.path, "folder")));
    fs.writeFileSync(partialPath(join(temporary.path, "file")), "");
    removePartials(temporary.path);
    expect(fs.readdirSync(temporary.path).sort()).toEqual(kept.sort());
  });
});
