/** What the site shows, and in which order. A new Markdown file is a page, and stands in the sidebar, without being named here. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

const root = new URL("../../", import.meta.url).pathname;

/** Markdown that is no page: the front page of the repository has its own on the site, and tests and tools are no docs. */
export const SOURCES = {
  exclude: ["README.md", "!(docs|recipes)/**/*.md", "recipes/*/!(README).md"],
};

/** Where the pages of the repository's folders stand on the site. */
export const REWRITES = {
  "docs/:rest*": ":rest*",
  "recipes/:name/README.md": "recipes/:name.md",
  "CONTRIBUTING.md": "contributing.md",
  "CHANGELOG.md": "changelog.md",
};

/** A part of the site: the folder of its pages, and those that come first; the others follow by title. */
interface Part {
  readonly text: string;
  readonly folder: string;
  readonly first: readonly string[];
}

const PARTS: readonly Part[] = [
  { text: "Start", folder: "docs/start", first: ["index", "install", "platforms", "your-own-prompts"] },
  { text: "How-to", folder: "docs/how-to", first: ["data", "models", "hub"] },
  { text: "Concepts", folder: "docs/concepts", first: ["self-training", "collapse", "rewards", "answers"] },
  { text: "Recipes", folder: "recipes", first: ["chain-sums", "controls", "collapse"] },
  {
    text: "Reference",
    folder: "docs/reference",
    first: ["glossary", "config", "metrics", "errors"],
  },
];

/** Folders of the reference, below it in the sidebar. */
const BELOW_REFERENCE: readonly Part[] = [
  { text: "Commands", folder: "docs/reference/commands", first: ["index"] },
  { text: "Library", folder: "docs/reference/library", first: ["index"] },
];

const PROJECT = [
  "docs/architecture.md",
  "docs/performance.md",
  "docs/experiments.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
];

/** The first heading of a page, by its path in the repository. */
export function titleOf(path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  const heading = /^# (.+)$/m.exec(text)?.[1] ?? path;
  return heading.replace(/[`*]/g, "").trim();
}

/** Address of a page on the site, by its path in the repository. */
export function addressOf(path: string): string {
  const page = path
    .replace(/^docs\//, "")
    .replace(/^recipes\/([^/]+)\/README\.md$/, "recipes/$1.md")
    .replace(/^(CONTRIBUTING|CHANGELOG)\.md$/, (name) => name.toLowerCase());
  return `/${page.replace(/(^|\/)index\.md$/, "$1").replace(/\.md$/, "")}`;
}

/** Files of a part in the order of the sidebar. */
function filesOf({ folder, first }: Part): string[] {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  const files = names.flatMap((name) => {
    const path = name.endsWith(".md") ? `${folder}/${name}` : `${folder}/${name}/README.md`;
    return (name.endsWith(".md") && folder !== "recipes") ||
      (folder === "recipes" && existsSync(join(root, path)))
      ? [{ path, place: first.indexOf(name.replace(/\.md$/, "")), title: titleOf(path) }]
      : [];
  });
  const rank = (place: number) => (place < 0 ? first.length : place);
  files.sort((a, b) => rank(a.place) - rank(b.place) || a.title.localeCompare(b.title, "en"));
  return files.map(({ path }) => path);
}

/** The first page of a part, by its folder: where a link to the folder leads. */
export const firstPage = (folder: string): string | undefined =>
  PARTS.filter((part) => part.folder === folder).flatMap(filesOf)[0];

const entry = (path: string): DefaultTheme.SidebarItem => ({ text: titleOf(path), link: addressOf(path) });

const group = (part: Part, collapsed: boolean): DefaultTheme.SidebarItem => ({
  text: part.text,
  collapsed,
  items: filesOf(part).map(entry),
});

/** The same on every page: a newcomer sees all parts at once. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const parts = PARTS.map((part) => group(part, part.folder === "recipes"));
  parts.at(-1)!.items!.push(...BELOW_REFERENCE.map((part) => group(part, true)));
  return [
    ...parts.filter(({ items }) => items!.length > 0),
    { text: "Project", collapsed: true, items: PROJECT.map(entry) },
  ];
}

/** The four parts, each at its first page. */
export function navigation(): DefaultTheme.NavItem[] {
  return PARTS.filter(({ folder }) => folder !== "recipes").flatMap((part) => {
    const [file] = filesOf(part);
    const folder = part.folder.replace("docs/", "/");
    return file === undefined ? [] : [{ text: part.text, link: addressOf(file), activeMatch: `^${folder}/` }];
  });
}

/** Whether a file of the repository is a page of the site. */
export const isPage = (path: string): boolean =>
  /^(docs\/.+|recipes\/[^/]+\/README|CONTRIBUTING|CHANGELOG)\.md$/.test(path);
