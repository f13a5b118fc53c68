/** Folders are made with those above them, or refused at once, on every file system. */
import fs from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeFolder } from "../../../src/io/fs/folder.js";
import { inNamespace, mayMount } from "../../mount.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const at = (name: string) => join(temporary.path, name);

const failure = (path: string): unknown => {
  try {
    makeFolder(path, "create the run directory");
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("makeFolder", () => {
  it("makes what is missing on the way, and leaves alone what is there", () => {
    makeFolder(at("a/b/c"));
    fs.writeFileSync(at("a/b/c/file"), "x");
    makeFolder(at("a/b/c"));
    makeFolder(at("a/b/c/../d"));
    makeFolder(relative(process.cwd(), at("e/f")));
    makeFolder("/");
    expect(fs.readdirSync(at("a/b")).sort()).toEqual(["c", "d"]);
    expect(fs.existsSync(at("a/b/c/file")) && fs.existsSync(at("e/f"))).toBe(true);
  });

  it("takes a link to a folder for one", () => {
    makeFolder(at("real"));
    fs.symlinkSync(at("real"), at("link"));
    makeFolder(at("link"));
    makeFolder(at("link/inner"));
    expect(fs.existsSync(at("real/inner"))).toBe(true);
  });

  it("says what is in the way", () => {
    fs.writeFileSync(at("file"), "x");
    fs.symlinkSync(at("nothing"), at("dangling"));
    expect(failure(at("file"))).toMatchObject({ code: "path-occupied", where: at("file") });
    expect(failure(at("dangling"))).toMatchObject({ code: "path-occupied" });
    expect(failure(at("file/a/b"))).toMatchObject({ code: "not-a-folder", where: at("file/a/b") });
  });
});

describe("a file system that makes no folders", () => {
  afterEach(() => vi.restoreAllMocks());

  it.skipIf(!fs.existsSync("/proc/self"))("is an error at once, though it answers ENOENT (/proc)", () => {
    for (const path of ["/proc/nope", "/proc/nope/deeper/still"])
      expect(failure(path)).toMatchObject({
        code: "file-system-error",
        found: "ENOENT",
        where: path,
      });
  });

  it.each([
    ["ENOENT", "file-system-error"],
    ["EROFS", "read-only"],
    ["EACCES", "permission-denied"],
    ["EPERM", "permission-denied"],
    ["ENOSPC", "disk-full"],
    ["ENOSYS", "file-system-error"],
  ])("is told by what it answers: %s", (errno, code) => {
    const mkdir = fs.mkdirSync;
    makeFolder(at("mount"));
    vi.spyOn(fs, "mkdirSync").mockImplementation(((path: string) => {
      // As the system has it: what lies below a folder that is not there is ENOENT first.
      if (path.startsWith(at("mount/new/")))
        throw Object.assign(new Error("ENOENT: fake"), { code: "ENOENT" });
      if (path.startsWith(at("mount/"))) throw Object.assign(new Error(`${errno}: fake`), { code: errno });
      return mkdir(path);
    }) as typeof fs.mkdirSync);
    for (const path of ["mount/new", "mount/new/a/b"])
      expect(failure(at(path))).toMatchObject({
        code,
        found: errno,
        message: expect.stringContaining("run directory"),
      });
  });

  it.skipIf(!mayMount)("is read-only where a real one is", () => {
    fs.mkdirSync(at("mount"));
    const { stdout, stderr } = inNamespace(
      `
      mount -t tmpfs -o ro tmpfs "$1/mount"
      for path in mount/new mount/new/a mount; do
        "$0" dist/cli/main.js report test/fixtures/earlier-versions/0.1.0/finished --output "$1/$path/r.html" --json 2>&1 || true
      done`,
      temporary.path,
    );
    const said = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { error: object });
    expect(stderr).toBe("");
    expect(said).toMatchObject(Array(3).fill({ error: { code: "read-only" } }));
  });
});

it("is the only way in which the sources make folders with those above", () => {
  const src = new URL("../../../src/", import.meta.url).pathname;
  const files = fs
    .readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"));
  expect(files.filter((file) => /mkdir\w*\(/.test(fs.readFileSync(join(src, file), "utf8")))).toEqual([
    "io/fs/folder.ts",
  ]);
});
