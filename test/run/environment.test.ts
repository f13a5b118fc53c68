import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { describeEnvironment } from "../../src/run/environment.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const searchPath = process.env.PATH;
afterEach(() => {
  process.env.PATH = searchPath;
});

function hasGit(): boolean {
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: temporary.path,
    encoding: "utf8",
  });

describe("describeEnvironment", () => {
  it("knows the versions and the machine", () => {
    const environment = describeEnvironment(null, temporary.path);
    const own = JSON.parse(fs.readFileSync("package.json", "utf8")) as {
      version: string;
      dependencies: Record<string, string>;
    };
    expect(environment.selftrain).toBe(own.version);
    expect(Object.keys(environment.dependencies)).toEqual(Object.keys(own.dependencies));
    expect(environment.dependencies["onnxruntime-node"]).toMatch(/^\d+\.\d+\.\d+/);
    expect(environment).toMatchObject({ node: process.version, workingDirectory: temporary.path });
    expect(environment.cores).toBeGreaterThan(0);
    expect(environment.memoryMiB).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(environment))).toEqual(environment);
  });

  it("has no git state outside a repository, or without git, or where the folder is gone", () => {
    expect(describeEnvironment(null, temporary.path).git).toBeNull();
    expect(describeEnvironment(null, join(temporary.path, "gone")).git).toBeNull();
    process.env.PATH = "";
    expect(describeEnvironment(null, process.cwd()).git).toBeNull();
  });

  it.skipIf(!hasGit())("has the revision, and what was changed since", () => {
    git("init", "--quiet");
    fs.writeFileSync(join(temporary.path, "f"), "one\n");
    git("add", "f");
    git("commit", "--quiet", "-m", "first");
    const revision = git("rev-parse", "HEAD").trim();
    expect(describeEnvironment(null, temporary.path).git).toEqual({
      revision,
      diff: "",
      diffTruncated: false,
    });
    fs.writeFileSync(join(temporary.path, "f"), "two\n");
    expect(describeEnvironment(null, temporary.path).git?.diff).toContain("-one\n+two");
    fs.writeFileSync(join(temporary.path, "f"), "x".repeat(2 ** 21));
    expect(describeEnvironment(null, temporary.path).git).toMatchObject({ revision, diffTruncated: true });
  });
});
