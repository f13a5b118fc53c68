/** The table of policies in docs/concepts/answers.md: `selftrain equivalent` gives the verdict that each example stands under. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/concepts/answers.md", "utf8");
const table = page.split("| policy | the same | not the same |\n|---|---|---|\n")[1]?.split("\n\n")[0] ?? "";

/** The pairs "`a` and `b`" of a cell. */
const pairs = (cell = "") =>
  [...cell.matchAll(/`([^`]+)` and `([^`]+)`/g)].map(([, gold, pred]) => ({ gold, pred }));

const policies = table.split("\n").map((row) => {
  const [, policy = "", same, other] = row.split(" | ").flatMap((cell) => cell.split(/^\| | \|$/));
  return { policy, same: pairs(same), other: pairs(other) };
});

function verdicts(rows: object[], ...options: string[]): boolean[] {
  const input = rows.map((row) => JSON.stringify(row)).join("\n");
  const { stdout } = spawnSync(process.execPath, ["dist/cli/main.js", "equivalent", ...options], {
    input,
    encoding: "utf8",
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).equivalent);
}

describe("the policies of answers", () => {
  it("are four, with examples of both verdicts each", () => {
    expect(policies).toHaveLength(4);
    for (const { same, other } of policies) {
      expect(same.length).toBeGreaterThan(0);
      expect(other.length).toBeGreaterThan(0);
    }
  });

  it.each(policies)("says so of $policy", ({ same, other }) => {
    const expected = [...same.map(() => true), ...other.map(() => false)];
    expect(verdicts([...same, ...other])).toEqual(expected);
    // A relation is symmetric.
    const swapped = [...same, ...other].map(({ gold, pred }) => ({ gold: pred, pred: gold }));
    expect(verdicts(swapped)).toEqual(expected);
  });

  it("says so of the exception that the decimal comma has", () => {
    const row = policies.at(-1);
    expect(page).toContain("`0,5`, unless `--canonicaliser math-decimal-comma`");
    expect(verdicts(row?.other ?? [], "--canonicaliser", "math-decimal-comma")).toEqual([true]);
  });
});
