/** `--explain`, `--min-answers` and texts that break off, in `selftrain vote` and `selftrain equivalent`. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { voteOnRequest } from "../../../src/apps/grade/vote-request.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";
import { quotePath, streamRows } from "../../../src/io/fs/duckdb.js";
import { fakeIo } from "../../cli/fake-io.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(command: string, rows: readonly object[], args: readonly string[], columns?: number) {
  const input = rows.map((row) => `${JSON.stringify(row)}\n`);
  const io = fakeIo([command, "-", ...args], { NO_COLOR: "1" }, input);
  if (columns !== undefined) Object.assign(io.stdout, { isTTY: true, columns });
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}
const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const samples = [
  { id: "p1", text: "The answer is 8.\nWait, so $\\boxed{\\frac{1}{2}}$." },
  { id: "p1", text: "#### 0.5\nTherefore the answer is 7." },
  { id: "p1", text: "The answer is (B) 12." },
  { id: "p1", text: "<think>so the answer is 12" },
  { id: "p1", text: "so \\boxed{3}", finish: "length" },
  { id: "p1", text: null },
];

describe("selftrain vote --explain", () => {
  it("prints each text's candidates on a terminal, and why one decides or none", async () => {
    const { status, stdout } = await run("vote", samples, ["--explain"], 80);
    expect(status).toBe(0);
    expect(stdout).toBe(
      `${[
        "      rule        place    strength  as written                 canonical",
        "p1  no label: the largest classes are tied",
        "  1  1/2  a box beats a phrase",
        "      phrase      1:15            4  8                          8",
        "    ✓ boxed       2:18            3  \\frac{1}{2}                1/2",
        "  2  7  a phrase that comes later beats a hash mark: they are of one strength",
        "      hash        1:6             4  0.5                        1/2",
        "    ✓ phrase      2:25            4  7                          7",
        "  3  b  a choice is more exact than a phrase at the same place",
        "      phrase      1:15            4  (B) 12                     b",
        "    ✓ choice      1:16            4  B                          b",
        "  4  –  its thoughts never end, and an unfinished text has no answer",
        "  5  –  it was cut off, and an unfinished text has no answer",
        "  6  –  it has no text, or the grader failed",
        "",
        "1 group of 6 samples",
        "0 with a label, 1 tied, agreement 16.7%",
        "1 of 6 texts breaks off, though no finish says so",
      ].join("\n")}\n`,
    );
  });

  it("fits the terminal, and takes nothing from a text that would steer it", async () => {
    const hostile = [
      {
        id: "p\u001b[31m",
        text: `\\boxed{a\u001b[2J\n${"b".repeat(500)}}. The answer is ${"9".repeat(80)}.`,
      },
    ];
    for (const columns of [60, 80, 120]) {
      const { stdout } = await run("vote", hostile, ["--explain"], columns);
      expect(stdout).not.toContain("\u001b");
      for (const line of stdout.split("\n").filter((own) => /^ {4}[ ✓] /.test(own)))
        expect([...line].length).toBeLessThanOrEqual(columns);
    }
  });

  it("is data for programs, beside the same votes", async () => {
    const plain = lines((await run("vote", samples, [])).stdout);
    const explained = lines((await run("vote", samples, ["--explain"])).stdout);
    expect(lines((await run("vote", samples, ["--explain", "--json"], 80)).stdout)).toEqual(explained);
    const [{ explanations, ...vote }] = explained;
    expect(vote).toEqual(plain[0]);
    expect(explanations).toHaveLength(6);
    expect(explanations[0]).toEqual({
      answer: "1/2",
      why: "a box beats a phrase",
      candidates: [
        {
          ...{ rule: "phrase", strength: 4, line: 1, column: 15, start: 14, end: 15 },
          ...{ text: "8", canonical: "8", decides: false, beaten: "a box beats a phrase" },
        },
        {
          ...{ rule: "boxed", strength: 3, line: 2, column: 18, start: 34, end: 45 },
          ...{ text: "\\frac{1}{2}", canonical: "1/2", decides: true, beaten: null },
        },
      ],
    });
    expect(explanations[5]).toBeNull();
  });

  it("does not go with an output, which takes votes alone", async () => {
    const { status, stderr } = await run("vote", samples, ["--explain", "--output", join(folder, "x.jsonl")]);
    expect(status).toBe(2);
    expect(stderr).toContain("config-conflict");
    expect(stderr).toContain("leave one of the two out");
  });
});

describe("selftrain equivalent --explain", () => {
  const pairs = [
    { gold: "1/2", pred: "So \\boxed{0.5}." },
    { gold: "7", pred: "The answer is 8." },
    { gold: "7", pred: null },
  ];

  it("prints both sides of each pair on a terminal", async () => {
    const { status, stdout } = await run("equivalent", [...pairs, { gold: "7" }], ["--explain"], 80);
    expect(status).toBe(1);
    expect(stdout).toContain("1  equivalent\n  gold  1/2  nothing else is marked\n    ✓ bare");
    expect(stdout).toContain("2  not equivalent\n");
    expect(stdout).toContain("  pred  8  a phrase beats a bare answer\n");
    expect(stdout).toContain("  pred  –  it has no text, or the grader failed\n");
    expect(stdout).toContain('4  "pred" is missing.\n');
  });

  it("is data for programs, beside the same verdicts", async () => {
    const plain = lines((await run("equivalent", pairs, [])).stdout);
    const explained = lines((await run("equivalent", pairs, ["--explain"])).stdout);
    expect(explained.map(({ explanations, ...verdict }) => verdict)).toEqual(plain);
    expect(explained[0].explanations).toMatchObject({
      gold: { answer: "1/2", candidates: [{ rule: "bare", decides: true }] },
      pred: { answer: "1/2" },
    });
    expect(explained[2].explanations.pred).toBeNull();
  });
});

describe("selftrain vote --min-answers", () => {
  const group = (answered: number, of: number) =>
    Array.from({ length: of }, (_, i) => ({
      id: `${answered}/${of}`,
      text: i < answered ? "\\boxed{7}" : "none",
    }));
  const rows = [...group(1, 1), ...group(1, 4), ...group(1, 8), ...group(2, 8), ...group(0, 8)];
  const votes = async (...args: string[]) => lines((await run("vote", rows, args)).stdout);

  it("asks for a quarter by default: one of four is enough, one of eight is not", async () => {
    const found = await votes();
    expect(found.map(({ label }) => label)).toEqual(["7", "7", null, "7", null]);
    expect(found.map(({ answersNeeded }) => answersNeeded)).toEqual([
      undefined,
      undefined,
      2,
      undefined,
      undefined,
    ]);
    expect(found[2]).toMatchObject({ rewards: Array(8).fill(0), agreement: 1 / 8, tie: false });
  });

  it.each([
    ["1", ["7", "7", "7", "7", null]],
    ["2", ["7", null, null, "7", null]],
    ["3", ["7", null, null, null, null]],
    ["25%", ["7", "7", null, "7", null]],
    ["50%", ["7", null, null, null, null]],
    ["12.5%", ["7", "7", "7", "7", null]],
  ])("%s", async (minimum, labels) => {
    expect((await votes("--min-answers", minimum)).map(({ label }) => label)).toEqual(labels);
  });

  it.each(["soft", "pairwise", "majority"])("rewards nobody of a group with too few: %s", async (reward) => {
    const found = await votes("--min-answers", "3", "--reward", reward);
    expect(found[3].rewards).toEqual(Array(8).fill(0));
  });

  it("says how many groups have too few, and what a label needs", async () => {
    expect((await run("vote", rows, [], 80)).stdout).toMatch(
      /\n1\/8 +– too few .*\n(?:.*\n)*3 with a label, 0 tied, 1 with too few answers, agreement/,
    );
    expect((await run("vote", rows, ["--explain"], 80)).stdout).toContain(
      "1/8  no label: 1 of 8 samples has an answer, and a label needs 2\n",
    );
    const output = join(folder, "few.parquet");
    const summary = JSON.parse((await run("vote", rows, ["--output", output, "--json"])).stdout);
    expect(summary).toMatchObject({ groups: 5, labelled: 3, tooFew: 1, breakOff: 0 });
    const needed = [];
    for await (const row of streamRows(`FROM read_parquet(${quotePath(output)})`))
      needed.push(row.answersNeeded);
    expect(needed).toEqual([null, null, 2, null, null]);
  });

  it.each(["0", "0.25", "-1", "1.5", "0%", "101%", "some", "25 %"])(
    "refuses %s, and says what it takes",
    async (wrong) => {
      const { status, stderr } = await run("vote", rows, [`--min-answers=${wrong}`]);
      expect(status).toBe(2);
      expect(stderr).toContain(
        `Invalid value for --min-answers (${wrong}). Expected a whole number, 1 or more, or a share such as 25%, over 0% to 100%.`,
      );
    },
  );

  it("is an option of a request to the service", async () => {
    const config = voteServeConfigSchema.parse({});
    const request = (options: object) =>
      voteOnRequest(
        JSON.stringify({ groups: [{ id: "p", samples: group(1, 8) }], options }),
        config,
        async () => {},
      );
    expect((await request({})).results[0]).toMatchObject({ label: null, answersNeeded: 2 });
    expect((await request({ minAnswers: 1 })).results[0]).toMatchObject({ label: "7" });
    await expect(request({ minAnswers: 0.25 })).rejects.toMatchObject({
      code: "request-malformed",
      message: "options.minAnswers: expected a number of samples such as 3, or a share such as 25%",
    });
  });
});

describe("texts that break off without a finish", () => {
  const rows = [
    { id: "p", text: "The answer is 12." },
    { id: "p", text: "The answer is 13 and" },
    { id: "p", text: "The answer is 13 and", finish: "stop" },
    { id: "p", text: "The answer is 13 and", finish: null },
    { id: "p", text: "so \\boxed{12}, since the", finish: "" },
    { id: "p", answer: "(13," },
  ];

  it("have no answer, and are counted", async () => {
    const [vote] = lines((await run("vote", rows, [])).stdout);
    expect(vote).toMatchObject({ breakOff: 2, noAnswerShare: 2 / 6 });
    expect(vote.clusters.map(({ members }: { members: number[] }) => members)).toContainEqual([0, 4]);
    expect((await run("vote", rows, [], 80)).stdout).toContain(
      "2 of 6 texts break off, though no finish says so\n",
    );
    const output = join(folder, "broken.jsonl");
    expect(JSON.parse((await run("vote", rows, ["--output", output, "--json"])).stdout).breakOff).toBe(2);
    expect(JSON.parse(readFileSync(output, "utf8")).breakOff).toBe(2);
  });

  it("have what is found in them where unfinished texts do", async () => {
    const [vote] = lines((await run("vote", rows, ["--truncated", "extract"])).stdout);
    expect(vote).toMatchObject({ breakOff: 2, noAnswerShare: 0 });
  });
});
