/** Every `ts` block of the README and the docs compiles, in a package of its own that depends on this one, under strict options. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Snippet {
  /** Page and line of the block. */
  readonly where: string;
  readonly code: string;
}

function snippets(): Snippet[] {
  // The reference shows signatures, which are no programs.
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter(
    (file) => !file.startsWith("reference"),
  );
  const pages = [
    "README.md",
    ...docs.filter((file) => file.endsWith(".md")).map((file) => join("docs", file)),
  ];
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map(({ 1: code, index }) => ({
      where: `${page}:${text.slice(0, index).split("\n").length}`,
      code: code!,
    }));
  });
}

/** What the compiler says of these blocks, each a module, with its place in the docs. */
function complaints(blocks: readonly Snippet[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-snippets-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/selftrain"), "dir");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
    const options = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
    const compilerOptions = {
      ...options,
      noEmit: true,
      target: "es2023",
      module: "nodenext",
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    for (const [i, { code }] of blocks.entries()) writeFileSync(join(folder, `snippet-${i}.ts`), code);
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
      cwd: folder,
      encoding: "utf8",
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (stdout === undefined) throw error;
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(/snippet-(\d+)\.ts/, (_, i) => blocks[Number(i)]!.where));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("compiles every block of the docs", () => {
  const blocks = snippets();
  expect(blocks.length).toBeGreaterThan(5);
  expect(complaints(blocks)).toEqual([]);
}, 60_000);

it("finds what does not compile", () => {
  const where = "page.md:1";
  const found = complaints([
    { where, code: 'import { majorityVote } from "selftrain";\nmajorityVote(["1"]).label.length;\n' },
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(where);
}, 60_000);
