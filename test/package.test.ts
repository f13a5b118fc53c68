/**
 * The package as a user has it: packed, and installed from the registry alone into an empty folder. onnxruntime-node's own install script, which
 * wants libraries from elsewhere that selftrain does not use, is not run there, as docs/start/install.md says.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "selftrain-package-"));
const installed = join(folder, "node_modules/selftrain");
const call = async (command: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 2 ** 24 })).stdout;

/** Everything in the package, by its path in it. */
let files: string[] = [];

beforeAll(async () => {
  // Not `npm run package`, which builds anew: other tests read dist meanwhile, and the tests' own command has built it.
  const pack = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: root,
    maxBuffer: 2 ** 24,
  });
  const [{ filename }] = JSON.parse(pack.stdout) as [{ filename: string }];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  await call("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, filename));
  files = readdirSync(installed, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("node_modules"));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package in an empty folder", () => {
  it("has the command", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(await call("npx", "selftrain", "--version")).toContain(version);
    expect(await call("npx", "selftrain", "tasks", "list")).toContain("chain-sums");
  });

  it("trains", async () => {
    const tiny = ["--hidden-size", "8", "--layers", "1", "--heads", "1", "--feed-forward", "8"];
    const task = [
      "--task",
      "mental-sums",
      "--context-length",
      "32",
      "--evaluation.size",
      "1",
      "--samples",
      "1",
    ];
    await call("npx", "selftrain", "pretrain", ...task, ...tiny, "--steps", "2", "--output", "base");
    expect(existsSync(join(folder, "base/checkpoints/step-000002/model.safetensors"))).toBe(true);
  });

  it("is a library with types, under strict", async () => {
    writeFileSync(
      join(folder, "use.ts"),
      `import { majorityVote, rloo, Trainer, type RewardSource } from "selftrain";
const label: string | null = majorityVote(["12", "12", "7", null]).label;
const advantages: readonly number[] = rloo([1, 1, 0, 0]);
export const source: RewardSource | undefined = undefined;
console.log(JSON.stringify({ label, advantages, trainer: typeof Trainer }));
`,
    );
    const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", ""];
    await call(process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...options, "use.ts");
    expect(JSON.parse(await call(process.execPath, "use.js"))).toEqual({
      label: "12",
      advantages: [2 / 3, 2 / 3, -2 / 3, -2 / 3].map((value) => expect.closeTo(value)),
      trainer: "function",
    });
  });

  it("holds what it needs, and no more", () => {
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
    const tops = new Set(files.map((file) => file.split("/")[0]));
    expect([...tops].sort()).toEqual(
      [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "dist",
        "docs",
        "handoff",
        "package.json",
        "recipes",
        "schema",
        "studies",
      ].sort(),
    );
    // Nothing of dist that no source has any more.
    const sources = files
      .filter((file) => file.startsWith("dist/"))
      // Bundles of what runs in a browser have no source file each.
      .filter((file) => !/^dist\/apps\/(?:report\/script|dashboard\/page)\//.test(file))
      .map((file) => join(root, file.replace(/^dist/, "src").replace(/(\.d)?\.[jt]s$/, "")));
    expect(sources.filter((file) => !existsSync(`${file}.ts`) && !existsSync(`${file}.tsx`))).toEqual([]);
    expect(files).toContain("dist/apps/report/script/report.js");
  });

  it("has whatever its pages link to", () => {
    const broken = files
      .filter((file) => file.endsWith(".md"))
      .flatMap((file) =>
        [...readFileSync(join(installed, file), "utf8").matchAll(/\]\((?![a-z]+:|#)([\w./-]+\.\w+)/g)]
          .map(([, link]) => link!)
          .filter((link) => !link.startsWith("/") && !existsSync(join(installed, dirname(file), link)))
          .map((link) => `${file}: ${link}`),
      );
    expect(broken).toEqual([]);
  });
});
