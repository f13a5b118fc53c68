/**
 * The script that draws a report's plots, put into the page so that it opens without network: `script/report.ts` with uPlot, bundled when
 * the package is built. It lies as many folders up both from the sources and from the build.
 */
import { readFileSync } from "node:fs";
import { SelftrainError } from "../../errors.js";

export interface BuiltScript {
  /** A classic script. */
  readonly script: string;
  /** The style of uPlot. */
  readonly css: string;
}

const FOLDER = new URL("../../../dist/apps/report/script/", import.meta.url);

let cached: BuiltScript | undefined;

/** Errors: `report-no-script` where the package was not built. */
export function builtScript(): BuiltScript {
  cached ??= { script: read("report.js"), css: read("report.css") };
  return cached;
}

function read(name: string): string {
  const file = new URL(name, FOLDER);
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "report-no-script",
        message: "The script of the report's plots could not be read.",
        expected: "a file of the package, made by its build",
        where: file.pathname,
        remedy: "Install the package again; in a clone: npm run build",
      },
      { cause },
    );
  }
}
