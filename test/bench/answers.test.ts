/** The benchmark of answers, on a folder of a few cases of our own: figures, votes, the peer's absence, and what a wrong folder is told. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = mkdtempSync(join(tmpdir(), "selftrain-answers-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Row {
  gold: string;
  completion: string;
  choices?: string[];
  stated?: string;
  group?: string;
}

function write(path: string, rows: (Row | string)[]): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"));
  return file;
}

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ["bench/main.mjs", "--only", "answers", "--runs", "1", ...args], {
    encoding: "utf8",
    env: { ...process.env, SELFTRAIN_PEERS_PYTHON: "" },
  });

/** The report's answers. */
function report(folder: string, ...args: string[]) {
  const { stdout, stderr, status } = bench("--answers", join(root, folder), "--json", ...args);
  expect(stderr).not.toContain("bench:");
  expect(status).toBe(0);
  return JSON.parse(stdout).answers;
}

/** Eight samples of a question: these completions, the rest without an answer. */
const eight = (group: string, gold: string, completions: string[]): Row[] =>
  Array.from({ length: 8 }, (_, i) => ({ gold, completion: completions[i] ?? "No idea.", group }));

write("small/words/model.jsonl", [
  { gold: "12", completion: "The answer is 12.", stated: "12" },
  { gold: "1/2", completion: "So it is \\boxed{0.5}.", stated: "\\frac{1}{2}" },
  { gold: "B", completion: "The answer is blue.", choices: ["red", "blue"], stated: "blue" },
  { gold: "3", completion: "The answer is 5.", stated: "3" },
  { gold: "3", completion: "I do not know.", stated: "3" },
  { gold: "3", completion: "\\boxed{3}" },
]);
write("small/words-direct/model.jsonl", [{ gold: "12", completion: "12 cm", stated: "12" }]);
write("votes/model.jsonl", [
  ...eight("one", "3", ["\\boxed{4}"]),
  ...eight("three", "3", ["\\boxed{3}", "\\boxed{3}", "\\boxed{5}"]),
  ...eight("tied", "3", ["\\boxed{3}", "\\boxed{5}"]),
  ...eight("none", "3", []),
  ...eight("many", "3", Array(8).fill("\\boxed{3}")),
  ...eight("short", "3", ["\\boxed{3}"]).slice(1),
]);

describe("the benchmark of answers", () => {
  it("counts what is stated, true and missing, by source and by rule", () => {
    const { sources, all, votes, peer } = report("small", "--no-peers");
    expect(Object.keys(sources)).toEqual(["words", "words-direct"]);
    const { microseconds, ...words } = sources.words;
    expect(words).toEqual({
      completions: 6,
      answered: 5,
      stated: { rows: 5, found: 3 },
      right: 4,
      rules: { phrase: { hits: 3, right: 2, wrong: 1 }, boxed: { hits: 2, right: 1, wrong: 0 } },
    });
    expect(microseconds.median).toBeGreaterThan(0);
    expect(microseconds.slowest).toBeGreaterThanOrEqual(microseconds.median);
    // An answer alone, which a vote would not read.
    expect(sources["words-direct"].rules).toEqual({ bare: { hits: 1, right: 1, wrong: 0 } });
    expect(all.stated).toEqual({ rows: 6, found: 4 });
    expect(votes).toEqual([]);
    expect(peer).toEqual({ version: null, reason: "--no-peers", sources: {} });
  });

  it("reads with the rules that are named", () => {
    const { sources } = report("small", "--no-peers", "--rules", "boxed");
    expect(sources.words.rules).toEqual({ boxed: { hits: 2, right: 1, wrong: 0 } });
    expect(sources["words-direct"].answered).toBe(0);
  });

  it("tells what a minimum of answers does to the votes of groups", () => {
    const { votes } = report("votes", "--no-peers");
    const of = (minimum: number) => votes.find((vote: { minimum: number }) => vote.minimum === minimum);
    // The group without any answer and the one of seven are not among them, and the tie has no label.
    expect(of(1)).toEqual({
      size: 8,
      minimum: 1,
      groups: 4,
      kept: { labels: 3, right: 2 },
      taken: { labels: 0, right: 0 },
    });
    expect(of(2)).toMatchObject({ kept: { labels: 2, right: 2 }, taken: { labels: 1, right: 0 } });
    expect(of(3)).toEqual({ ...of(2), minimum: 3 });
    expect(of(0.1)).toEqual({ ...of(1), minimum: 0.1 });
    expect(of(0.25)).toEqual({ ...of(2), minimum: 0.25 });
    expect(of(0.5)).toMatchObject({ kept: { labels: 1, right: 1 }, taken: { labels: 2, right: 1 } });
  });

  it("prints tables, and says why Math-Verify is not beside ours", () => {
    const { stdout, status } = bench("--answers", join(root, "small"), "--python", "no-such-python");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^answers +completions +stated +found +right +no answer/);
    expect(stdout).toMatch(/^words +6 +5 +60\.0% +66\.7% +16\.7% /m);
    expect(stdout).toMatch(/^phrase +3 +2 +1 +66\.7% *$/m);
    expect(stdout).toMatch(/^Math-Verify is not beside ours: no-such-python cannot import the peers: /m);
  });

  it("reads the stated ones with Math-Verify beside ours where SELFTRAIN_PEERS_PYTHON has it, and says so where not", () => {
    const python = process.env.SELFTRAIN_PEERS_PYTHON ?? "python3";
    const has = spawnSync(python, ["-c", "import math_verify"]).status === 0;
    if (!has) {
      const { stdout, status } = bench("--answers", join(root, "small"), "--python", python);
      expect(status).toBe(0);
      expect(stdout).toContain(`Math-Verify is not beside ours: ${python} cannot import the peers: `);
      return;
    }
    const { peer } = report("small", "--python", python);
    expect(peer.version).toMatch(/^\d+\.\d+/);
    const { rows, theirs, ours } = peer.sources.words;
    expect([rows, ours.found, ours.right]).toEqual([5, 3, 3]);
    // 12 and 1/2; of words it knows nothing.
    expect([theirs.found, theirs.right]).toEqual([2, 2]);
    expect(theirs.microseconds).toBeGreaterThan(0);
  });

  const malformed = write("malformed/a.jsonl", [{ gold: "1", completion: "1" }, '{"gold": 1}']);
  const broken = write("broken/a.jsonl", ["{"]);
  write("empty/readme.md", []);
  it.each([
    [[], "name a folder of answers with --answers FOLDER. Make one"],
    [["--answers", join(root, "nowhere")], `there is no folder ${join(root, "nowhere")}. Make one`],
    [["--answers", join(root, "empty")], "holds no .jsonl file"],
    [["--answers", join(root, "malformed")], `${malformed}:2 is no row. Expected {gold, completion,`],
    [["--answers", join(root, "broken")], `${broken}:1 is not JSON`],
    [["--answers", join(root, "small"), "--rules", "boxed,box"], "Invalid value for --rules (box)"],
    [["--answers", join(root, "small"), "--only", "vote"], "--answers and --rules go with --only answers"],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = bench(...args, "--no-peers");
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
