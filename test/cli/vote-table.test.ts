/** The votes on a terminal: a table that fits, and nothing that steers it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { cell, onOneLine } from "../../src/cli/terminal-text.js";
import { fakeIo } from "./fake-io.js";

const rows = [
  { id: "p1", text: "\\boxed{15}", weight: 1 },
  { id: "p1", text: "\\boxed{15}", weight: 1 },
  { id: "p1", text: "\\boxed{8}", weight: 6 },
  { id: "p1", text: null, weight: 0 },
  { id: "an-identifier-longer-than-its-column/17", answer: "東京都東京都東京都東京都東京都", weight: 1 },
  { id: "t\u001b[31m\nx", answer: "7", weight: 1 },
  { id: "t\u001b[31m\nx", answer: "red\u202e\u0007", weight: 1 },
  { id: "none", text: "", weight: 1 },
];

async function vote(columns: number, args: readonly string[] = [], tty = true, input = rows) {
  const io = fakeIo(
    ["vote", "-", ...args],
    { NO_COLOR: "1" },
    input.map((row) => `${JSON.stringify(row)}\n`),
  );
  Object.assign(io.stdout, { isTTY: tty, columns });
  expect(await runCli(io)).toBe(0);
  expect(io.stderr.text).toBe("");
  return io.stdout.text;
}

describe("selftrain vote on a terminal", () => {
  it("prints a line a group, and what they are together", async () => {
    expect(await vote(80)).toBe(
      `${[
        "group        label           agreement  samples  no answer  answers",
        "p1           15                  50.0%        4      25.0%  15 ×2  8 ×1",
        "an-identif…  東京都東京都…      100.0%        1       0.0%  東京都東京都東京都…",
        "t␛[31m⏎x     – tie               50.0%        2       0.0%  7 ×1  red ×1",
        "none         –                    0.0%        1     100.0%",
        "",
        "4 groups of 8 samples",
        "2 with a label, 1 tied, agreement 50.0%",
      ].join("\n")}\n`,
    );
  });

  it("shows shares where votes are weighted", async () => {
    expect(await vote(80, ["--weights", "given"])).toContain("  8 75.0%  15 25.0%\n");
  });

  it("fits any terminal of 50 columns or more, and leaves out what has no room", async () => {
    for (const columns of [50, 60, 100, 200]) {
      const lines = (await vote(columns)).split("\n");
      for (const line of lines) expect(onScreen(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
    }
    expect(await vote(50)).not.toContain("answers");
  });

  it("is JSON lines where a program reads, and with --json", async () => {
    const lines = await vote(80, [], false);
    expect(JSON.parse(lines.split("\n")[0]!)).toMatchObject({ id: "p1", label: "15" });
    expect(await vote(80, ["--json"])).toBe(lines);
  });

  it("says that there is nothing", async () => {
    expect(await vote(80, [], true, [])).toContain("0 groups of 0 samples\n");
  });
});

/** Columns of a line of these tests: two of each Chinese character. */
const onScreen = (line: string): number => line.length + (line.match(/\p{Script=Han}/gu) ?? []).length;

describe("a cell", () => {
  it("is exactly as wide as asked, on one line", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "東", "\n", "\u001b", "é", "1", " ") });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 12 }), (value, columns) => {
        for (const align of ["left", "right"] as const) {
          const shown = cell(value, columns, align);
          expect(onScreen(shown)).toBe(columns);
          expect(shown).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  it.each([
    ["ab", 4, "ab  "],
    ["abcd", 4, "abcd"],
    ["abcde", 4, "abc…"],
    ["東京都", 4, "東… "],
    ["e\u0301e\u0301", 3, "e\u0301e\u0301 "],
    ["👩‍👩‍👧x", 2, "… "],
  ])("%s in %d columns", (text, columns, shown) => expect(cell(text, columns)).toBe(shown));

  it("shows what would steer a terminal", () => {
    expect(onOneLine("\u001b[2J\u009b\u202e\u2028\u007f\r\n\t")).toBe("␛[2J\\u009b\\u202e\\u2028␡⏎ ");
  });
});
