// Writes the pages of docs/reference that are made from the built package: `npm run docs:reference`.
// test/docs/reference.test.ts fails where they are out of date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { referencePages } from "./docs/reference.mjs";

const folder = new URL("../docs/reference/", import.meta.url).pathname;
const pages = referencePages();

/** Pages that were made once and are no more, such as that of a command that is gone. */
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  const path = join(folder, name);
  if (name.endsWith(".md") && !pages.has(name) && readFileSync(path, "utf8").startsWith("<!-- Made from"))
    rmSync(path);
}
for (const [name, text] of pages) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
