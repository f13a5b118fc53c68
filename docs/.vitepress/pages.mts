/** What the site shows, and in which order. A new Markdown file is a page, and stands in the sidebar, without being named here. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

const root = new URL("../../", import.meta.url).pathname;

/** Markdown that is no page: the front page of the repository has its own on the site, and tests and tools are no docs. */
export const SOURCES = {
  exclude: ["README.md", "!(docs|recipes)/**/*.md"],
};

/** Where the pages of the repository's folders stand on the site. */
export const REWRITES = {
  "docs/studies/README.md": "studies/index.md",
  "docs/:rest*": ":rest*",
  "recipes/README.md": "recipes/index.md",
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
  { text: "Start", folder: "docs/start", first: ["install", "your-own-prompts", "from-trl-or-verl"] },
  {
    text: "How-to",
    folder: "docs/how-to",
    first: ["data", "models", "hub", "dashboard", "read-a-run", "monitors"],
  },
  {
    text: "Concepts",
    folder: "docs/concepts",
    first: ["why-it-works", "why-it-collapses", "rewards", "answers"],
  },
  { text: "Studies", folder: "docs/studies", first: ["studies"] },
  {
    text: "Recipes",
    folder: "recipes",
    first: ["recipes", "chain-sums", "controls", "two-ways", "collapse"],
  },
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
  "docs/models.md",
  "docs/scale-out.md",
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
    .replace(/^(recipes|studies)\/README\.md$/, "$1/index.md")
    .replace(/^recipes\/([^/]+)\/README\.md$/, "recipes/$1.md")
    .replace(/^(CONTRIBUTING|CHANGELOG)\.md$/, (name) => name.toLowerCase());
  return `/${page.replace(/(^|\/)index\.md$/, "$1").replace(/\.md$/, "")}`;
}

/** Markdown files of a part: those of its folder, and of each recipe the README. */
function pagesIn(folder: string): string[] {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  const paths = names.map((name) => `${folder}/${name}`);
  return paths
    .flatMap((path) => (folder === "recipes" ? [path, `${path}/README.md`] : [path]))
    .filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
}

/** The name of a page for the order: that of the file, or of the recipe's folder. */
const nameOf = (path: string): string =>
  path
    .replace(/\/README\.md$/, "")
    .replace(/\.md$/, "")
    .split("/")
    .at(-1)!;

/** Files of a part in the order of the sidebar. */
function filesOf({ folder, first }: Part): string[] {
  const place = (path: string) => {
    const at = first.indexOf(nameOf(path));
    return at < 0 ? first.length : at;
  };
  return pagesIn(folder).sort((a, b) => place(a) - place(b) || titleOf(a).localeCompare(titleOf(b), "en"));
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
  /^(docs\/.+|recipes\/([^/]+\/)?README|CONTRIBUTING|CHANGELOG)\.md$/.test(path);
