/** Long numbers as answers and as groups: two that differ are two, and one is one, in every format. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serveVotes } from "../../../src/apps/grade/serve.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";
import { loadFilePool } from "../../../src/data/file-pool.js";
import { fakeIo } from "../../cli/fake-io.js";
import { writeParquet } from "../../data/table/write.js";
import { temporaryFolder } from "../../run/temporary.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);

async function cli(...argv: readonly string[]) {
  const io = fakeIo(argv);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}
const votes = async (file: string, ...args: readonly string[]) => {
  const { stdout, stderr } = await cli("vote", file, ...args);
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
};

/** Neighbours that a double cannot tell apart, or takes for none. */
const neighbours = [
  ["9007199254740992", "9007199254740993"],
  ["-9007199254740992", "-9007199254740993"],
  ["123456789012345678901", "123456789012345678902"],
  ["0.12345678901234567", "0.123456789012345671"],
  ["1e400", "1e401"],
  ["1e-400", "0"],
] as const;

describe.each(neighbours)("%s and %s", (a, b) => {
  it("are two groups, in JSON Lines and in an array", async () => {
    const rows = [a, b, a].map((id) => `{"id": ${id}, "answer": "1"}`);
    writeFileSync(at("a.jsonl"), rows.join("\n"));
    writeFileSync(at("a.json"), `[${rows.join(",")}]`);
    for (const file of ["a.jsonl", "a.json"])
      expect((await votes(at(file))).map(({ id, samples }) => [id, samples])).toEqual([
        [a, 2],
        [b, 1],
      ]);
  });

  it("are two groups over HTTP", async () => {
    const server = await serveVotes(voteServeConfigSchema.parse({ port: 0 }));
    try {
      const groups = [a, b].map((id) => `{"id": ${id}, "samples": [{"answer": ${id}}]}`);
      const response = await fetch(`${server.url}/vote`, {
        method: "POST",
        body: `{"groups": [${groups.join(",")}]}`,
      });
      const { results } = (await response.json()) as { results: { id: string; label: string }[] };
      expect(results.map(({ id }) => id)).toEqual([a, b]);
      expect(new Set(results.map(({ label }) => label)).size).toBe(a.startsWith("0.") ? 1 : 2);
    } finally {
      await server.close();
    }
  });
});

// Decimals beyond ten digits are compared to ten: that is the equality of answers, and not how they are read.
it.each(neighbours.filter(([a]) => !a.startsWith("0.")))(
  "%s and %s are two answers, and each is its text",
  async (a, b) => {
    writeFileSync(at("v.jsonl"), [a, b].map((answer) => `{"id": "q", "answer": ${answer}}`).join("\n"));
    expect(await votes(at("v.jsonl"))).toMatchObject([{ label: null, agreement: 0.5 }]);
    const pairs = [
      [a, a, true],
      [a, `"${a}"`, true],
      [a, b, false],
      [`"${a}"`, b, false],
    ] as const;
    writeFileSync(
      at("p.jsonl"),
      pairs.map(([gold, pred]) => `{"gold": ${gold}, "pred": ${pred}}`).join("\n"),
    );
    const { stdout } = await cli("equivalent", at("p.jsonl"));
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).equivalent),
    ).toEqual(pairs.map(([, , same]) => same));
  },
);

it("as many groups as there are ids, however long they are", async () => {
  const id = fc.oneof(fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 9n }), fc.bigInt());
  await fc.assert(
    fc.asyncProperty(fc.array(id, { minLength: 1 }), async (ids) => {
      writeFileSync(at("g.jsonl"), ids.map((one) => `{"id": ${one}, "answer": ${one}}`).join("\n"));
      const counted = await votes(at("g.jsonl"));
      expect(counted.map((vote) => vote.id)).toEqual([...new Set(ids)].map(String));
      expect(counted.every(({ agreement }) => agreement === 1)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

const label = async (file: string) =>
  (
    await loadFilePool(at(file), { promptColumn: "prompt", answerColumn: "answer" }, "whole", undefined, 0)
  ).labels.get("row-1");

describe("a column of answers", () => {
  it("keeps the digits of JSON, BIGINT and DECIMAL", async () => {
    const answer = "1234567890123456789";
    writeFileSync(at("a.jsonl"), `{"prompt": "p", "answer": ${answer}}`);
    writeFileSync(at("text.jsonl"), `{"prompt": "p", "answer": "${answer}"}`);
    await writeParquet(at("i.parquet"), `SELECT 'p' AS prompt, ${answer}::BIGINT AS answer`);
    await writeParquet(at("d.parquet"), `SELECT 'p' AS prompt, ${answer}::DECIMAL(38, 4) AS answer`);
    const expected = await label("text.jsonl");
    expect(expected).toContain(answer);
    for (const file of ["a.jsonl", "i.parquet", "d.parquet"]) expect(await label(file), file).toBe(expected);
  });

  it("refuses floating-point numbers that have lost digits, and takes those that were written with few", async () => {
    // DuckDB writes a HUGEINT to Parquet as a DOUBLE.
    await writeParquet(at("h.parquet"), "SELECT 'p' AS prompt, 9007199254740993::HUGEINT AS answer");
    await expect(label("h.parquet")).rejects.toMatchObject({
      code: "answer-malformed",
      where: `${at("h.parquet")}:1`,
      remedy: expect.stringContaining("BIGINT"),
    });
    await writeParquet(at("e.parquet"), "SELECT 'p' AS prompt, 1e22::DOUBLE AS answer");
    writeFileSync(at("e.jsonl"), '{"prompt": "p", "answer": "10000000000000000000000"}');
    expect(await label("e.parquet")).toBe(await label("e.jsonl"));
  });

  it("has no answer where it holds NaN, as where it holds null", async () => {
    await writeParquet(
      at("n.parquet"),
      "FROM (VALUES ('p', 'nan'::DOUBLE), ('q', 5::DOUBLE), ('r', NULL)) t(prompt, answer)",
    );
    expect(await label("n.parquet")).toBeUndefined();
    const { stdout } = await cli("doctor", at("n.parquet"), "--answer-column", "answer", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      answers: { given: 1, parsed: 1 },
      columns: [{ name: "prompt" }, { name: "answer", types: ["number"], empty: expect.closeTo(2 / 3, 12) }],
    });
  });
});

describe("Parquet", () => {
  it("tells groups apart by BIGINT and DECIMAL, and refuses floating-point ids that may be several", async () => {
    const two = (type: string) =>
      `SELECT unnest(['9007199254740992', '9007199254740993'])::${type} AS id, '1' AS answer`;
    for (const type of ["BIGINT", "UBIGINT", "DECIMAL(20, 0)", "DECIMAL(38, 10)"]) {
      await writeParquet(at("g.parquet"), two(type));
      expect(
        (await votes(at("g.parquet"))).map(({ id }) => id),
        type,
      ).toEqual(["9007199254740992", "9007199254740993"]);
    }
    for (const type of ["DOUBLE", "HUGEINT"]) {
      await writeParquet(at("g.parquet"), two(type));
      expect((await cli("vote", at("g.parquet"))).stderr, type).toMatch(/group-malformed[\s\S]*BIGINT/);
    }
  });

  it("has weights, logprobs and tokens of 64 bits, alone and in lists", async () => {
    await writeParquet(
      at("w.parquet"),
      `FROM (VALUES ('q', '8', 1::BIGINT, -2::BIGINT, 2::UBIGINT, [-2, -3]::BIGINT[], '1.5'::DECIMAL(9, 1)),
        ('q', '15', 3, -6, 40, [-1], 4.5)) t(id, answer, weight, logprob, tokens, logprobs, score)`,
    );
    expect(await votes(at("w.parquet"), "--weights", "given")).toMatchObject([
      { label: "15", agreement: 0.75 },
    ]);
    expect(await votes(at("w.parquet"), "--weights", "logprob")).toMatchObject([{ label: "15" }]);
    expect(await votes(at("w.parquet"), "--weights", "length-normalised")).toMatchObject([{ label: "15" }]);
    await writeParquet(
      at("d.parquet"),
      "FROM (VALUES ('q', '8', 1.5::DECIMAL(20, 2)), ('q', '9', 4.5)) t(id, answer, weight)",
    );
    expect(await votes(at("d.parquet"), "--weights", "given")).toMatchObject([
      { label: "9", agreement: 0.75 },
    ]);
  });

  it.each([
    ["vote", "SELECT [5::BIGINT] AS id, '7' AS answer", "group-malformed"],
    ["vote", "SELECT {'a': 5::BIGINT} AS id, '7' AS answer", "group-malformed"],
    ["vote", "SELECT 'q' AS id, [5::BIGINT] AS answer", "sample-malformed"],
    ["vote", "SELECT 'q' AS id, 'a' AS text, 5::BIGINT AS finish", "sample-malformed"],
    ["vote", "SELECT 'q' AS id, '1'::BLOB AS text", "sample-malformed"],
    ["vote", "SELECT 'q' AS id, '7' AS answer, [5::BIGINT] AS weight", "sample-malformed"],
    ["vote", "SELECT 'q' AS id, '7' AS answer, 5::BIGINT AS logprobs", "sample-malformed"],
  ])("%s reports %s as %s, in text and as JSON", async (command, query, code) => {
    await writeParquet(at("x.parquet"), query);
    const text = await cli(command, at("x.parquet"));
    expect([text.status, text.stderr]).toEqual([1, expect.stringContaining(`error[${code}]`)]);
    const json = await cli(command, at("x.parquet"), "--json");
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code, where: `${at("x.parquet")}:1` } });
  });

  it("has no prompts in a column of integers, and says so", async () => {
    await writeParquet(at("p.parquet"), "SELECT 5::BIGINT AS prompt");
    await expect(
      loadFilePool(at("p.parquet"), { promptColumn: "prompt" } as never, "whole", undefined, 0),
    ).rejects.toMatchObject({ code: "column-not-text", found: 5n, where: `${at("p.parquet")}:1` });
  });
});

it("a completion that is null or empty has no answer, in every format", async () => {
  writeFileSync(at("a.jsonl"), '{"id": "q", "text": null}\n{"id": "q", "text": "\\\\boxed{5}"}\n');
  writeFileSync(at("b.jsonl"), '{"id": "q", "text": ""}\n{"id": "q", "text": "\\\\boxed{5}"}\n');
  writeFileSync(at("a.csv"), "id,text\nq,\nq,\\boxed{5}\n");
  writeFileSync(at("b.csv"), 'id,text\nq,""\nq,\\boxed{5}\n');
  await writeParquet(at("a.parquet"), "FROM (VALUES ('q', NULL), ('q', '\\boxed{5}')) t(id, text)");
  await writeParquet(at("b.parquet"), "FROM (VALUES ('q', ''), ('q', '\\boxed{5}')) t(id, text)");
  const [first, ...others] = await Promise.all(
    ["a.jsonl", "b.jsonl", "a.csv", "b.csv", "a.parquet", "b.parquet"].map((file) => votes(at(file))),
  );
  expect(first).toMatchObject([{ label: "5", agreement: 0.5, noAnswerShare: 0.5 }]);
  for (const other of others) expect(other).toEqual(first);
});
