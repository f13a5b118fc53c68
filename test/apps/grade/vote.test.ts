/** `selftrain vote`: from files and standard input to JSON lines and Parquet. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { registerCanonicaliser } from "../../../src/core/answer/canonicalisers.js";
import { quotePath, streamRows, withConnection } from "../../../src/io/fs/duckdb.js";
import { fakeIo } from "../../cli/fake-io.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vote-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const parsed = (text: string) =>
  text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

async function vote(args: readonly string[], input = "") {
  // Chunks that end in the middle of lines.
  const chunks = input.match(/[\s\S]{1,37}/g) ?? [];
  const io = fakeIo(["vote", ...args], {}, chunks);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

const samples = [
  { promptId: "a", text: "so \\boxed{1/2}" },
  { promptId: "b", text: "The answer is 7." },
  { promptId: "a", text: "Die Antwort lautet 0.5." },
  { promptId: "a", text: "so \\boxed{3}", finish: "length" },
  { promptId: "b", text: "The answer is 8." },
  { promptId: "a", text: "no idea" },
];
const half = {
  id: "a",
  samples: 4,
  label: expect.any(String),
  agreement: 0.5,
  margin: 0.5,
  entropy: 0,
  effectiveAnswers: 1,
  pairwiseAgreement: expect.closeTo(1 / 6, 12),
  noAnswerShare: 0.5,
  tie: false,
  clusters: [{ kind: expect.any(String), answer: expect.any(String), count: 2, weight: 2, members: [0, 1] }],
  rewards: [1, 1, 0, 0],
};
const tied = { id: "b", label: null, agreement: 0.5, margin: 0, tie: true, rewards: [0, 0] };

describe("selftrain vote", () => {
  it("votes on interleaved groups by equivalence, and pays no unfinished and no missing answer", async () => {
    const { status, stdout } = await vote(["-"], jsonl(samples));
    expect(status).toBe(0);
    const [a, b] = parsed(stdout);
    expect(a).toEqual(half);
    expect(a.label).toBe(a.clusters[0].answer);
    expect(b).toMatchObject(tied);
  });

  it("reads every format, and writes Parquet that says the same", async () => {
    writeFileSync(at("s.jsonl"), jsonl(samples));
    writeFileSync(
      at("s.csv"),
      `promptId,text,finish\n${samples.map(({ promptId, text, finish }) => `${promptId},"${text}",${finish ?? ""}`).join("\n")}\n`,
    );
    await withConnection((c) =>
      c.run(`COPY (FROM read_json(${quotePath(at("s.jsonl"))})) TO ${quotePath(at("s.parquet"))}`),
    );
    const [fromLines, fromCsv, fromParquet] = await Promise.all(
      ["s.jsonl", "s.csv", "s.parquet"].map((name) => vote([at(name)])),
    );
    expect(fromLines!.stdout).not.toBe("");
    expect(fromCsv!.stdout).toBe(fromLines!.stdout);
    expect(fromParquet!.stdout).toBe(fromLines!.stdout);

    const { status, stdout } = await vote([at("s.jsonl"), "--output", at("out.parquet"), "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ groups: 2, samples: 6, labelled: 1, ties: 1, agreement: 0.5 });
    const rows = [];
    for await (const row of streamRows(`FROM read_parquet(${quotePath(at("out.parquet"))})`)) rows.push(row);
    expect(rows.map(({ graderFailures, answersNeeded, breakOff, ...row }) => row)).toEqual(
      parsed(fromLines!.stdout),
    );
    await vote([at("s.jsonl"), "--output", at("out.jsonl")]);
    expect(readFileSync(at("out.jsonl"), "utf8")).toBe(fromLines!.stdout);
  });

  it("writes sorted groups as they end, and refuses one that goes on later", async () => {
    const sorted = samples.toSorted((a, b) => (a.promptId < b.promptId ? -1 : 1));
    const whole = await vote(["-"], jsonl(sorted));
    expect((await vote(["-", "--sorted"], jsonl(sorted))).stdout).toBe(whole.stdout);
    const { status, stderr } = await vote(["-", "--sorted"], jsonl(samples));
    expect(status).toBe(1);
    expect(stderr).toContain("group-not-contiguous");
    expect(stderr).toContain("standard input:3");
  });

  it("takes answers alone, given weights and logprobs", async () => {
    const rows = [
      { id: 1, answer: "1/2", weight: 1, logprobs: [-1, -1] },
      { id: 1, answer: "0.5", weight: 1, logprobs: [-3] },
      { id: 1, answer: "3", weight: 5, logprobs: [-0.1] },
      { id: 1, answer: null, weight: 3, logprobs: [-9] },
    ];
    const run = async (...args: string[]) => parsed((await vote(["-", ...args], jsonl(rows))).stdout)[0];
    expect(await run()).toMatchObject({ rewards: [1, 1, 0, 0] });
    expect(await run("--weights", "given")).toMatchObject({
      agreement: 0.5,
      noAnswerShare: 0.3,
      rewards: [0, 0, 1, 0],
    });
    expect(await run("--weights", "length-normalised")).toMatchObject({ rewards: [0, 0, 1, 0] });
    expect(await run("--reward", "soft")).toMatchObject({ rewards: [0.5, 0.5, 0.25, 0] });
    expect((await run("--reward", "pairwise")).rewards).toEqual([1 / 3, 1 / 3, 0, 0]);
    const { status, stderr } = await vote(["-", "--weights", "given"], jsonl([{ id: "x", answer: "1" }]));
    expect([status, stderr]).toEqual([1, expect.stringContaining("sample 1 of group x")]);
  });

  it("breaks ties by the stated rule", async () => {
    const rows = [
      { id: 1, text: "a long way to \\boxed{3}", meanLogprob: -1 },
      { id: 1, text: "\\boxed{4}", meanLogprob: -2 },
    ];
    const label = async (...args: string[]) =>
      parsed((await vote(["-", ...args], jsonl(rows))).stdout)[0].rewards;
    expect(await label()).toEqual([0, 0]);
    expect(await label("--ties", "first")).toEqual([1, 0]);
    expect(await label("--ties", "shortest")).toEqual([0, 1]);
    expect(await label("--ties", "logprob")).toEqual([1, 0]);
    const drawn = await Promise.all(
      Array.from({ length: 20 }, (_, seed) => label("--ties", "random", "--seed", String(seed))),
    );
    expect(new Set(drawn.map(String))).toEqual(new Set(["1,0", "0,1"]));
  });

  it("takes other rules, a regular expression, other columns, and unfinished solutions", async () => {
    const rows = [
      { q: "x", out: "I say 5, then 6", finish: "length" },
      { q: "x", out: "I say 6", finish: "length" },
    ];
    const run = async (...args: string[]) =>
      parsed(
        (await vote(["-", "--group-column", "q", "--text-column", "out", ...args], jsonl(rows))).stdout,
      )[0];
    expect(await run()).toMatchObject({ id: "x", noAnswerShare: 1, label: null, rewards: [0, 0] });
    expect(await run("--truncated", "extract")).toMatchObject({ noAnswerShare: 1 });
    expect(await run("--truncated", "extract", "--rules", "last")).toMatchObject({ rewards: [1, 1] });
    expect(await run("--truncated", "extract", "--regex", "say (\\d)")).toMatchObject({
      noAnswerShare: 0,
      tie: true,
    });
  });

  it.each([
    ['{"id": "a"}\n', "sample-malformed", "standard input:1"],
    ['{"id": "a", "text": "1"}\n{"text": "1"}\n', "column-missing", "standard input:2"],
    ['{"id": "a", "text": "1"}\n\n{"id": "a", "text": ["1"]}\n', "sample-malformed", "standard input:3"],
    ['{"id": "a", "text": "1", "finish": "why"}\n', "sample-malformed", '"finish"'],
    ['{"id": "a", "text": "1", "logprobs": ["x"]}\n', "sample-malformed", '"logprobs"'],
    ['{"id": [], "text": "1"}\n', "group-malformed", "standard input:1"],
    ["{\n", "jsonl-malformed", "standard input:1"],
  ])("names the row of %j", async (input, code, where) => {
    const { status, stderr } = await vote(["-"], input);
    expect(status).toBe(1);
    expect(stderr).toContain(code);
    expect(stderr).toContain(where);
  });

  it("names the option of a missing column of the group", async () => {
    const { stderr } = await vote(["-"], '{"question": "a", "text": "1"}\n');
    expect(stderr).toContain("Set --group-column to the column that is meant.");
  });

  it("refuses outputs that are there, and of unknown kinds, and leaves nothing of a failed one", async () => {
    writeFileSync(at("there.jsonl"), "");
    expect((await vote(["-", "--output", at("there.jsonl")])).stderr).toContain("output-exists");
    expect((await vote(["-", "--output", at("out.txt")])).stderr).toContain("output-format");
    const before = readdirSync(folder);
    expect((await vote(["-", "--output", at("fails.parquet")], "{\n")).status).toBe(1);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("counts what the grader fails on, and stops with examples where that is too much", async () => {
    registerCanonicaliser("fragile", (answer) => {
      if (answer === "13") throw new TypeError("boom");
      return answer;
    });
    const rows = (bad: number) => [
      ...Array.from({ length: 300 }, () => ({ id: "p", answer: "7" })),
      ...Array.from({ length: bad }, () => ({ id: "p", answer: "13" })),
    ];
    const some = await vote(["-", "--canonicaliser", "fragile"], jsonl(rows(3)));
    expect(some.status).toBe(0);
    expect(parsed(some.stdout)[0]).toMatchObject({ graderFailures: 3, label: "7" });
    expect(some.stderr).toContain("the grader failed on 3 samples");
    const many = await vote(["-", "--canonicaliser", "fragile"], jsonl(rows(5)));
    expect(many.status).toBe(1);
    expect(many.stderr).toContain("grader-failures");
    expect(many.stderr).toContain('"text":"13"');
    expect(many.stderr).toContain("boom");
    const lenient = await vote(
      ["-", "--canonicaliser", "fragile", "--max-failure-share", "0.5"],
      jsonl(rows(5)),
    );
    expect(lenient.status).toBe(0);
    expect((await vote(["-", "--canonicaliser", "fragil"], "")).stderr).toContain("fragile");
  });

  it("does not depend on the order of the groups' samples but for their places", async () => {
    const answers = fc.array(fc.constantFrom("1/2", "0.5", "3", "x", null), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(answers, async (list) => {
        const run = async (order: readonly (string | null)[]) =>
          parsed((await vote(["-"], jsonl(order.map((answer) => ({ id: "p", answer }))))).stdout)[0];
        const [one, other] = [await run(list), await run(list.toReversed())];
        expect(other.rewards.toReversed()).toEqual(one.rewards);
        expect([other.agreement, other.tie, other.noAnswerShare]).toEqual([
          one.agreement,
          one.tie,
          one.noAnswerShare,
        ]);
      }),
      { numRuns: 30 },
    );
  });
});
