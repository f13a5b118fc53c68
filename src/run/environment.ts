/** What a run was made with: versions, machine, source revision. Written once a process; it never fails a run. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface GitState {
  readonly revision: string;
  /** Uncommitted changes of tracked files, cut at `maxDiffLength` characters. */
  readonly diff: string;
  readonly diffTruncated: boolean;
}

export interface Environment {
  readonly selftrain: string;
  readonly node: string;
  /** For example `linux-x64`. */
  readonly platform: string;
  readonly osRelease: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  /** Installed versions of the packages that selftrain depends on. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The repository of the working directory; null where there is none, or no git. */
  readonly git: GitState | null;
  /** The graphics device that computed; absent where the processor did. */
  readonly device?: object;
  readonly commandLine: readonly string[];
  readonly workingDirectory: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

const maxDiffLength = 1 << 20;

export function describeEnvironment(
  device: object | null = null,
  workingDirectory: string = process.cwd(),
): Environment {
  const cpus = os.cpus();
  const own = readPackage(join(dirname(fileURLToPath(import.meta.url)), "../../package.json"));
  return {
    selftrain: own?.version ?? "unknown",
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    osRelease: os.release(),
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryMiB: Math.round(os.totalmem() / 2 ** 20),
    dependencies: installedVersions(Object.keys(own?.dependencies ?? {})),
    git: gitState(workingDirectory),
    ...(device && { device }),
    commandLine: process.argv,
    workingDirectory,
    startedAt: new Date().toISOString(),
  };
}

interface PackageFile {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(path: string): PackageFile | null {
  try {
    return JSON.parse(fs.readFileSync(path, "utf8")) as PackageFile;
  } catch {
    return null;
  }
}

function installedVersions(packages: readonly string[]): Record<string, string> {
  const searched = createRequire(import.meta.url).resolve.paths("anything") ?? [];
  const versions: Record<string, string> = {};
  for (const name of packages) {
    // Looked for by hand: a package's `exports` may hide its package.json from require.
    const file = searched.map((folder) => join(folder, name, "package.json")).find(fs.existsSync);
    const version = file && readPackage(file)?.version;
    if (version) versions[name] = version;
  }
  return versions;
}

function gitState(folder: string): GitState | null {
  try {
    const revision = git(folder, "rev-parse", "HEAD").trim();
    const diff = git(folder, "diff", "HEAD", "--no-color", "--no-ext-diff");
    return { revision, diff: diff.slice(0, maxDiffLength), diffTruncated: diff.length > maxDiffLength };
  } catch {
    return null;
  }
}

/** The last commit that changed a file, where the file is as it left it; null where it is not, is in no repository, or there is no git. */
export function committedIn(folder: string, file: string): string | null {
  try {
    const clean = git(folder, "status", "--porcelain", "--ignored", "--", file) === "";
    return (clean && git(folder, "log", "-1", "--format=%H", "--", file).trim()) || null;
  } catch {
    return null;
  }
}

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 10_000,
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
