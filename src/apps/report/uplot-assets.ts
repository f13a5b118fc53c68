/**
 * uPlot, read from the installed package and put into the page, so that a report opens without network. Its MIT
 * licence asks that the notice travels with it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SelftrainError } from "../../errors.js";

export interface PlotLibrary {
  /** Classic script that defines the global `uPlot`. */
  readonly script: string;
  readonly css: string;
}

let cached: PlotLibrary | undefined;

/** The plot library's script and style. Errors: `report-no-uplot` where the package is not installed. */
export function plotLibrary(): PlotLibrary {
  cached ??= readLibrary();
  return cached;
}

function readLibrary(): PlotLibrary {
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve("uplot")));
    const licence = readFileSync(join(root, "LICENSE"), "utf8").trim();
    const script = readFileSync(join(root, "dist", "uPlot.iife.min.js"), "utf8").trim();
    return {
      script: `/*\n${licence}\n*/\n${script}`,
      css: readFileSync(join(root, "dist", "uPlot.min.css"), "utf8").trim(),
    };
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "report-no-uplot",
        message: "The plot library uPlot could not be read.",
        expected: "the package uplot in node_modules",
        remedy: "Install the dependencies again: npm ci",
      },
      { cause },
    );
  }
}
