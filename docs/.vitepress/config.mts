/** The site over docs/, the recipes' pages and the two files about the project: `npm run docs` builds it, `npm run docs:dev` serves it. */
import { defineConfig } from "vitepress";
import { slug } from "../../scripts/docs/slug.mjs";
import { localLinks } from "./links.mts";
import { navigation, REWRITES, SOURCES, sidebar, titleOf } from "./pages.mts";
import { paletteStyle } from "./palette-style.mts";

export default defineConfig({
  title: "selftrain",
  description:
    "Train a reasoning language model without labels: the majority answer is the label, agreement is the reward.",
  // The repository, since a recipe's README and CONTRIBUTING.md are pages as well.
  srcDir: "..",
  srcExclude: SOURCES.exclude,
  rewrites: REWRITES,
  outDir: "./.vitepress/dist",
  // Else every config.ts of the sources is taken for a part of this one.
  additionalConfig: {},
  // The index of the search is one file, and loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 1500 } },
  lang: "en",
  head: [
    ["style", {}, paletteStyle()],
    ["link", { rel: "icon", href: "data:," }],
  ],
  markdown: {
    anchor: { slugify: slug },
    config: localLinks,
  },
  transformPageData: (page) => ({
    title: titleOf(page.filePath),
    // Hundreds of keys and codes are found by the search, not in a list beside the text.
    ...(page.relativePath.startsWith("reference/")
      ? { frontmatter: { outline: 2, ...page.frontmatter } }
      : {}),
  }),
  themeConfig: {
    nav: navigation(),
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: "local" },
    externalLinkIcon: true,
  },
});
