/** The page of studies says what the files of the studies say. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { builtInStudies } from "../../src/apps/study/locate.js";

it("lists every study with its command, its question and its time", () => {
  const page = readFileSync("docs/studies/README.md", "utf8");
  const rows = page
    .split("\n")
    .filter((line) => line.includes("npx selftrain study ") && line.startsWith("|"));
  expect(rows).toEqual(
    builtInStudies().map(
      ({ name, study: { id, title, minutes } }) =>
        `| ${id} | \`npx selftrain study ${name}\` | ${title} | ${minutes} |`,
    ),
  );
});
