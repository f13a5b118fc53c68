/** `selftrain equivalent`: JSON lines in, verdicts out. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { fakeIo } from "../../cli/fake-io.js";

async function equivalent(input: readonly string[], args: readonly string[] = []) {
  const io = fakeIo(["equivalent", ...args], {}, input);
  const status = await runCli(io);
  const lines = io.stdout.text.split("\n").filter((line) => line !== "");
  return { status, stderr: io.stderr.text, verdicts: lines.map((line) => JSON.parse(line)) };
}
const pair = (gold: unknown, pred: unknown) => `${JSON.stringify({ gold, pred })}\n`;

describe("selftrain equivalent", () => {
  it("compares completions and answers alone, and says which rule found them", async () => {
    const { status, verdicts } = await equivalent([
      pair("1/2", "so it is \\boxed{0.5}"),
      pair("7", "I think it is 8"),
      pair("7", "I computed 3 and then 7"),
      pair("7", null),
      pair("", ""),
      pair(7, "Die Antwort lautet 7."),
    ]);
    expect(status).toBe(0);
    expect(verdicts.map(({ equivalent }) => equivalent)).toEqual([true, false, false, false, false, true]);
    expect(verdicts[0]).toEqual({
      equivalent: true,
      gold: { kind: expect.any(String), canonical: expect.any(String), rule: "bare" },
      pred: { kind: expect.any(String), canonical: expect.any(String), rule: "boxed" },
    });
    expect(verdicts[0].gold.canonical).toBe(verdicts[0].pred.canonical);
    expect(verdicts[2].pred).toBeNull();
    expect(verdicts[4]).toEqual({ equivalent: false, gold: null, pred: null });
  });

  it("puts an error in the place of a line that cannot be read, and ends with 1", async () => {
    const { status, verdicts } = await equivalent([
      pair("1", "1"),
      "\n{\n",
      '[1]\n{"gold": "1"}\n{"gold": "1", "pred": {}}\n',
      pair("2", "2"),
    ]);
    expect(status).toBe(1);
    expect(verdicts.map(({ line, error }) => error && [line, error.code])).toEqual([
      undefined,
      [3, "pair-malformed"],
      [4, "pair-malformed"],
      [5, "pair-malformed"],
      [6, "pair-malformed"],
      undefined,
    ]);
    expect(verdicts[5].equivalent).toBe(true);
  });

  it("reads a file, and says where there is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "equivalent-"));
    const file = join(folder, "pairs.jsonl");
    writeFileSync(file, pair("1", "1.0"));
    expect((await equivalent([], [file])).verdicts).toMatchObject([{ equivalent: true }]);
    expect(await equivalent([], [join(folder, "none.jsonl")])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("file-unreadable"),
    });
    rmSync(folder, { recursive: true });
  });

  it("takes other rules", async () => {
    const line = [pair("7", "I computed 3 and then 7")];
    expect((await equivalent(line, ["--rules", "last"])).verdicts).toMatchObject([{ equivalent: true }]);
    expect((await equivalent([pair("A=7", "A=1, A=7")], ["--regex", "A=(\\d)"])).verdicts).toMatchObject([
      { equivalent: true, pred: { rule: "regex" } },
    ]);
  });

  it("reads decimal commas where that is asked for", async () => {
    const line = [pair("1/2", "Die Antwort lautet 0,5.")];
    expect((await equivalent(line)).verdicts).toMatchObject([{ equivalent: false }]);
    expect((await equivalent(line, ["--canonicaliser", "math-decimal-comma"])).verdicts).toMatchObject([
      { equivalent: true },
    ]);
  });

  it("gives one verdict a line, whatever the lines, and is symmetric and reflexive", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("1/2", "0.5", "$x^2$", "\\boxed{3}", "(1,2)", ""),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), async (pairs) => {
        const there = await equivalent(pairs.map(([a, b]) => pair(a, b)));
        const back = await equivalent(pairs.map(([a, b]) => pair(b, a)));
        const self = await equivalent(pairs.map(([a]) => pair(a, a)));
        expect(there.verdicts.length).toBe(pairs.length);
        expect(back.verdicts.map((v) => v.equivalent)).toEqual(there.verdicts.map((v) => v.equivalent));
        expect(self.verdicts.map((v) => v.equivalent)).toEqual(self.verdicts.map((v) => v.gold !== null));
      }),
      { numRuns: 50 },
    );
  });
});
