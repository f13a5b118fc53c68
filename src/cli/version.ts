/** What the package knows of itself. It lies two folders up both in the sources and in the build. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Where the package's docs lie, as one would type it from here. */
export const docsFolder = (): string =>
  relative(process.cwd(), fileURLToPath(new URL("../../docs", import.meta.url))) || ".";
