/**
 * Every command of docs/start, run word by word in an empty folder, page by page. The convention of these pages:
 *
 * - A `bash` block is run, with `npx selftrain` as the built program; `<!-- not run: why -->` before it says otherwise.
 * - `<!-- exits with 1 -->` before a block says how it ends, where that is not with 0.
 * - `text` blocks behind it, up to the next `bash` block, each show lines that must be printed, in this order. Digits and times are not compared, since
 *   processors round differently; words, signs and columns are.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url).pathname;
const pages = join(root, "docs/start");
const program = join(root, "dist/cli/main.js");

interface Block {
  readonly script: string;
  readonly status: number;
  readonly shown: readonly (readonly string[])[];
}

/** The blocks of a page that are run, each with what the page says is printed. */
function blocksOf(page: string): Block[] {
  const fences = [
    ...page.matchAll(/(?:<!-- (not run|exits with (\d+))[^\n]*-->\n)?^```(\w+)\n([\s\S]*?)^```$/gm),
  ];
  return fences.flatMap(([, remark, status, language, content], index) => {
    if (language !== "bash" || remark === "not run") return [];
    const behind = fences.slice(index + 1);
    const end = behind.findIndex(([, , , other]) => other === "bash");
    const shown = behind
      .slice(0, end < 0 ? behind.length : end)
      .flatMap(([, , , other, text]) => (other === "text" ? [text!.trimEnd().split("\n")] : []));
    return [{ script: content!, status: Number(status ?? 0), shown }];
  });
}

/** A line without what differs between processors: digits, times, widths of columns. */
const shape = (line: string): string =>
  line
    .replace(/\d+ min(?: \d+ s)?|[\d.]+ s\b/g, "TIME")
    .replace(/\d(?:[\d.,]*\d)?/g, "#")
    .replace(/\s+/g, " ")
    .trim();

/** The first of `shown` that is not in `printed` at or behind the place of the one before; null where all are. */
function missing(shown: readonly string[], printed: readonly string[]): string | null {
  let from = 0;
  for (const line of shown) {
    const at = printed.findIndex(
      (candidate, index) => index >= from && shape(candidate).includes(shape(line)),
    );
    if (at < 0) return line;
    from = at;
  }
  return null;
}

/** Runs a block as a reader would paste it: in bash, which ends at the first command that fails. */
async function paste(script: string, folder: string): Promise<{ status: number | null; printed: string }> {
  const npx = `npx() { [ "$1" = selftrain ] && shift && "$NODE" "$PROGRAM" "$@"; }`;
  const bash = spawn("bash", ["-e", "-c", `${npx}\n${script}`], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [bash.stdout, bash.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const [status] = (await once(bash, "close")) as [number | null];
  return { status, printed };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder in which `import "selftrain"` finds the built package, as beneath the clone. */
function emptyFolder(): string {
  const base = mkdtempSync(join(tmpdir(), "selftrain-docs-"));
  folders.push(base);
  mkdirSync(join(base, "node_modules"));
  symlinkSync(root, join(base, "node_modules/selftrain"));
  mkdirSync(join(base, "work"));
  return join(base, "work");
}

const files = readdirSync(pages).filter((file) => file.endsWith(".md"));

describe.each(files)("docs/start/%s", (file) => {
  const page = readFileSync(join(pages, file), "utf8");
  const blocks = blocksOf(page);

  it.runIf(blocks.length > 0)(
    "does what it says",
    async () => {
      const folder = emptyFolder();
      for (const { script, status, shown } of blocks) {
        const result = await paste(script, folder);
        const said = `${script}\n--- printed\n${result.printed}`;
        expect(result.status, said).toBe(status);
        for (const lines of shown) expect(missing(lines, result.printed.split("\n")), said).toBe(null);
      }
    },
    1_800_000,
  );
});

/** All Markdown of docs and recipes, beneath the root. */
const markdown = ["docs", "recipes"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules") && !file.includes(".vitepress"))
    .map((file) => join(folder, file)),
);

/** The anchors of a page, as GitHub makes them of headings. */
const anchorsOf = (path: string): Set<string> =>
  new Set(
    [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

it.each(markdown)("links of %s lead somewhere", (file) => {
  const text = readFileSync(join(root, file), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  const links = [...text.matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.flatMap(([link, path, anchor]) => {
    const target = path === "" ? join(root, file) : normalize(join(root, dirname(file), path!));
    if (!existsSync(target)) return [link];
    return anchor === undefined || anchorsOf(target).has(anchor) ? [] : [link];
  });
  expect(broken).toEqual([]);
});
