/** The reference says what the code says: pages are current, every code and every metric is in them, and no code means two things. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

interface Entry {
  readonly code: string;
  readonly file: string;
  readonly messages: readonly string[];
}

const root = new URL("../../../", import.meta.url).pathname;
const folder = join(root, "docs/reference");
const filesBelow = (path: string) => readdirSync(path, { recursive: true, encoding: "utf8" });

// They read the built package, as `npm run docs:reference` does, and so have no types.
const load = (path: string) => import(/* @vite-ignore */ join(root, "scripts/docs", path));

describe("docs/reference", () => {
  let pages: Map<string, string>;
  beforeAll(async () => {
    pages = (await load("reference.mjs")).referencePages();
  });

  it("is current (else: npm run docs:reference)", () => {
    const stale = [...pages].filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text);
    expect(stale.map(([name]) => name)).toEqual([]);
  });

  it("has no page left of what is gone, and one alone that is written by hand", () => {
    const files = filesBelow(folder).filter((name) => name.endsWith(".md"));
    expect(files.filter((name) => !pages.has(name))).toEqual(["glossary.md"]);
  });

  it.each([
    ["commands/train.md", "### `adam.learningRate`", "`--learning-rate <number>`", "a positive number"],
    ["commands/vote-serve.md", "### `port`", "`--port <number>`", "default `8377`"],
    ["config.md", "[`rejection.minAgreement`](commands/train.md#rejectionminagreement)"],
    ["metrics.md", "| `hackingGap` |", "| falls |"],
    ["errors.md", "### `disk-full`", "Free some space"],
    ["library/answers.md", "### `majorityVote`", "function majorityVote("],
  ])("%s says %s", (name, ...texts) => {
    for (const text of texts) expect(pages.get(name)).toContain(text);
  });

  it("says nowhere that nothing is known", () => {
    for (const [name, text] of pages)
      if (!name.startsWith("library/")) expect(text, name).not.toMatch(/\bundefined\b|\[object/);
  });
});

describe("error codes", () => {
  let entries: Entry[];
  let meanings: Record<string, string>;
  beforeAll(async () => {
    entries = (await load("errors/scan.mjs")).scan();
    meanings = (await load("errors/meanings.mjs")).MEANINGS;
  });

  it("are all found that the tests expect somewhere", () => {
    const known = new Set(entries.map(({ code }) => code));
    const expected = filesBelow(join(root, "test"))
      .filter((name) => name.endsWith(".test.ts"))
      .flatMap((name) =>
        [
          ...readFileSync(join(root, "test", name), "utf8").matchAll(
            /\berror\[([a-z0-9]+(?:-[a-z0-9]+)+)\]/g,
          ),
        ].map(([, code]) => code!),
      );
    expect(new Set(expected).size).toBeGreaterThan(10);
    expect(expected.filter((code) => !known.has(code))).toEqual([]);
  });

  it("are all found that stand in the sources as a literal", () => {
    const known = new Set(entries.map(({ code }) => code));
    const literal = filesBelow(join(root, "src"))
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) =>
        [...readFileSync(join(root, "src", name), "utf8").matchAll(/\bcode: "([a-z0-9-]+)"/g)].map(
          ([, code]) => code!,
        ),
      );
    expect(literal.filter((code) => code !== "custom" && !known.has(code))).toEqual([]);
  });

  it("mean one thing each: those that several files give have one sentence for all", () => {
    const files = new Map<string, Set<string>>();
    for (const { code, file } of entries) files.set(code, (files.get(code) ?? new Set()).add(file));
    const inSeveral = [...files].filter(([, own]) => own.size > 1).map(([code]) => code);
    expect(inSeveral.length).toBeGreaterThan(10);
    expect(inSeveral.filter((code) => !(code in meanings))).toEqual([]);
    expect(Object.keys(meanings).filter((code) => !files.has(code))).toEqual([]);
  });

  it("all say what happened", () => {
    const silent = entries.filter(
      ({ code, messages }) => !/\p{L}/u.test(messages.join()) && !(code in meanings),
    );
    expect(silent).toEqual([]);
  });
});
