/**
 * Bundles what runs in a browser, after tsc: the script of reports, one classic file, and the dashboard's page. Both end in dist, so that
 * nothing of Vite is needed where the package runs.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** The MIT licence asks that its notice travels with what is bundled. */
const notices = (...packages) => {
  const texts = packages.map(
    (name) => `${name}\n\n${readFileSync(path(`node_modules/${name}/LICENSE`), "utf8").trim()}`,
  );
  return {
    name: "notices",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === "chunk" && file.isEntry)
            file.code = `/*\n${texts.join("\n\n")}\n*/\n${file.code}`;
      },
    },
  };
};

const shared = {
  configFile: false,
  logLevel: "warn",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
};

await build({
  ...shared,
  plugins: [notices("uplot", "preact")],
  build: {
    target: "es2022",
    outDir: path("dist/apps/report/script"),
    emptyOutDir: true,
    lib: {
      entry: path("src/apps/report/script/report.ts"),
      formats: ["iife"],
      name: "report",
      fileName: () => "report.js",
      cssFileName: "report",
    },
  },
});

/** The style of reports, which the page extends: made by code, so that palette and themes have one source. */
const reportStyle = {
  name: "report-style",
  resolveId: (id) => (id === "virtual:report.css" ? "\0virtual:report.css" : undefined),
  load: async (id) =>
    id === "\0virtual:report.css"
      ? (await import("../dist/apps/report/stylesheet.js")).reportStyle()
      : undefined,
};

await build({
  ...shared,
  root: path("src/apps/dashboard/page"),
  base: "./",
  plugins: [reportStyle, notices("uplot", "preact", "@preact/signals")],
  build: {
    target: "es2022",
    outDir: path("dist/apps/dashboard/page"),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
