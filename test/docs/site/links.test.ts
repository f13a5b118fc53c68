/** Links between the files of the repository: what they name is there, and so is the heading. No link to another host is fetched. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url).pathname;
const { slug } = (await import(/* @vite-ignore */ join(root, "scripts/docs/slug.mjs"))) as {
  slug(heading: string): string;
};

const files = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "recipes"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  ),
].filter((name) => name.endsWith(".md") && !name.includes(".vitepress"));

const tokensOf = (file: string) =>
  new MarkdownIt({ html: true }).parse(readFileSync(join(root, file), "utf8"), {});

/** Anchors of a file's headings, those of equal ones numbered. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>();
  const tokens = tokensOf(file);
  tokens.forEach(({ type }, i) => {
    if (type !== "heading_open") return;
    const text = tokens[i + 1]!.children!.map(({ content }) => content).join("");
    const own = slug(text);
    let unique = own;
    for (let n = 1; anchors.has(unique); n++) unique = `${own}-${n}`;
    anchors.add(unique);
  });
  return anchors;
}

const linksOf = (file: string): string[] =>
  tokensOf(file).flatMap(({ children }) =>
    (children ?? [])
      .map((token) => token.attrGet("href") ?? token.attrGet("src"))
      .filter((address) => address !== null)
      .map(String),
  );

/** What is wrong with a link, or undefined. */
function fault(file: string, href: string): string | undefined {
  if (/^[a-z]+:/i.test(href)) return undefined;
  const [path = "", anchor] = href.split("#").map(decodeURIComponent);
  const target = path === "" ? file : relative(root, join(root, dirname(file), path));
  if (target.startsWith("..") || !existsSync(join(root, target))) return `${href}: nothing is there`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md") || !anchorsOf(target).has(anchor)) return `${href}: no such heading`;
  return undefined;
}

describe("links", () => {
  it.each(files)("of %s lead somewhere", (file) => {
    expect(linksOf(file).flatMap((href) => fault(file, href) ?? [])).toEqual([]);
  });

  it.each([
    ["docs/index.md", "nowhere.md", "nothing is there"],
    ["docs/index.md", "concepts/rewards.md#no-such-heading", "no such heading"],
    ["docs/concepts/rewards.md", "#nothing", "no such heading"],
    ["README.md", "../outside", "nothing is there"],
    ["README.md", "LICENSE#terms", "no such heading"],
  ])("in %s to %s would be found", (file, href, what) => {
    expect(fault(file, href)).toContain(what);
  });

  it.each([
    ["docs/concepts/rewards.md", "answers.md#the-vote"],
    ["README.md", "recipes"],
    ["README.md", "https://arxiv.org/abs/2505.21444"],
  ])("in %s to %s are right", (file, href) => {
    expect(fault(file, href)).toBeUndefined();
  });
});
