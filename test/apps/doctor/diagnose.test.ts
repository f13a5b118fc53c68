/** The doctor, on files with one fault each, and on one that has none. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../src/apps/doctor/diagnose.js";
import { type DoctorConfig, doctorConfigSchema } from "../../../src/config/doctor-config.js";
import { splitOf } from "../../../src/data/split.js";
import { llamaConfig } from "../../../src/model/config-file.js";
import { initialWeights } from "../../../src/model/parameters.js";
import { alphabetOf, CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { writeModel } from "../../../src/model/write-model.js";
import { csv, writePacked, writeParquet, writeRowsAsParquet } from "../../data/table/write.js";
import { temporaryFolder } from "../../run/temporary.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const examine = (data: string, changes: Partial<DoctorConfig> = {}) =>
  diagnose(doctorConfigSchema.parse({ data: at(data), evaluation: { size: 5 }, ...changes }));

const sums = Array.from({ length: 200 }, (_, i) => ({ prompt: `${i}+1=?`, answer: `${i + 1}` }));
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

/** The findings of a file of sums in which some rows are others, as `code: file:row, …`. */
async function findings(
  others: Readonly<Record<number, object | string>>,
  changes: Partial<DoctorConfig> = {},
) {
  const rows = sums.map((row, i) => others[i + 1] ?? row);
  fs.writeFileSync(
    at("a.jsonl"),
    rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"),
  );
  const { findings: found, fit } = await examine("a.jsonl", { answerColumn: "answer", ...changes });
  expect(fit).toBe(!found.some(({ stops }) => stops));
  return found.map(({ code, stops, count, examples }) => {
    const places = examples.map(({ where }) => where.replace(at(""), "").replace(/^\//, ""));
    return `${stops ? "stops" : "warns"} ${code} ${count}: ${places.join(" ")}`;
  });
}

/** A model that reads digits and signs, with a context of so many tokens. */
function model(contextLength: number, vocabSize?: number): string {
  const tokenizer = new CharacterTokenizer(alphabetOf("0123456789+-=?#"));
  const shape = { hiddenSize: 16, feedForward: 32, layers: 1, heads: 2, kvHeads: 1, headDim: 8 };
  const config = llamaConfig({
    ...shape,
    vocabSize: vocabSize ?? tokenizer.vocabSize,
    contextLength,
    tiedHead: true,
    eosTokens: tokenizer.eosTokens,
    padToken: tokenizer.padToken,
  });
  fs.mkdirSync(at("model"), { recursive: true });
  writeModel(at("model"), config, initialWeights(config, 0));
  tokenizer.save(at("model"));
  return at("model");
}

describe("a sound dataset", () => {
  it("is the same in every format, and fit to train", async () => {
    fs.writeFileSync(at("a.jsonl"), lines(sums));
    fs.writeFileSync(at("a.json"), JSON.stringify(sums));
    fs.writeFileSync(at("a.csv"), csv(sums));
    writePacked(at("a.tsv.gz"), csv(sums, "\t"));
    await writeRowsAsParquet(at("a.parquet"), sums);
    const heldOut = sums.filter(({ prompt }) => splitOf(prompt) === "test").length;
    expect(heldOut).toBeGreaterThan(5);
    for (const name of ["a.jsonl", "a.json", "a.csv", "a.tsv.gz", "a.parquet"]) {
      const diagnosis = await examine(name, { answerColumn: "answer", model: model(64), maxNewTokens: 8 });
      expect(diagnosis, name).toMatchObject({
        files: [at(name)],
        rows: 200,
        columns: [
          { name: "prompt", types: ["text"], empty: 0 },
          { name: "answer", types: ["text"], empty: 0 },
        ],
        prompts: {
          count: 200,
          conversations: 0,
          characters: { min: 5, median: 6, p95: 7, max: 7 },
          tokens: { min: 5, median: 6, p95: 7, max: 7 },
          tooLong: 0,
          training: 200 - heldOut,
          heldOut,
        },
        answers: { given: 200, parsed: 200 },
        model: { contextLength: 64, hasChatTemplate: false },
        findings: [],
        fit: true,
      });
    }
  });

  it("may be several files, with columns of several kinds", async () => {
    fs.mkdirSync(at("set"));
    for (const i of [0, 1])
      await writeParquet(
        at(`set/${i}.parquet`),
        `SELECT 'prompt ' || (i + 100 * ${i}) AS prompt, CASE WHEN i < 25 THEN i END AS n, [i] AS list FROM range(100) t(i)`,
      );
    const { files, rows, columns, fit } = await examine("set");
    expect([files.length, rows, fit]).toEqual([2, 200, true]);
    expect(columns).toEqual([
      { name: "prompt", types: ["text"], empty: 0 },
      { name: "n", types: ["number"], empty: 0.75 },
      { name: "list", types: ["list"], empty: 0 },
    ]);
  });

  it("may be conversations, with and without the answer", async () => {
    const turns = (i: number) => [
      { role: "user", content: `${i}?` },
      ...(i % 2 ? [{ role: "assistant", content: "Yes." }] : []),
    ];
    fs.writeFileSync(at("a.jsonl"), lines(sums.map((_, i) => ({ messages: turns(i) }))));
    const changes = { promptColumn: "messages" };
    expect(await examine("a.jsonl", changes)).toMatchObject({
      prompts: { count: 200, conversations: 200, answered: 100 },
      fit: true,
    });
    // A model without a chat template cannot be asked that way.
    const { findings: found } = await examine("a.jsonl", { ...changes, model: model(64) });
    expect(found).toMatchObject([{ code: "chat-template-missing", stops: true, count: 200 }]);
    expect(found[0]!.examples[1]!.where).toBe(`${at("a.jsonl")}:2`);
  });
});

describe("a fault", () => {
  it.each([
    ["a line that is no JSON", { 3: "{", 9: "[]" }, ["stops jsonl-malformed 2: a.jsonl:3 a.jsonl:9"]],
    [
      "a prompt that is empty, or no text",
      { 4: { prompt: " ", answer: 1 }, 5: { prompt: 7, answer: 1 } },
      ["stops column-not-text 1: a.jsonl:4", "stops column-not-text 1: a.jsonl:5"],
    ],
    [
      "a column that a row lacks",
      { 6: { promt: "1+1=?", answer: "2" } },
      ["stops column-missing 1: a.jsonl:6"],
    ],
    [
      "an answer that is none",
      { 7: { prompt: "1+1+0=?", answer: [] } },
      ["stops answer-malformed 1: a.jsonl:7"],
    ],
    [
      "a conversation that asks nothing",
      { 8: { prompt: [{ role: "system", content: "a" }], answer: "1" } },
      ["stops messages-malformed 1: a.jsonl:8"],
    ],
    [
      "a prompt that is there twice",
      { 9: sums[1]!, 12: sums[1]! },
      ["warns prompt-repeated 2: a.jsonl:9 a.jsonl:12"],
    ],
    [
      "a prompt that is there twice but for blanks and capitals",
      { 1: { prompt: "Is it A?", answer: "1" }, 9: { prompt: "is  it a?", answer: "1" } },
      ["warns prompt-alike 1: a.jsonl:9"],
    ],
    [
      "a prompt that ends in a blank",
      { 9: { prompt: "2+2=? ", answer: "4" } },
      ["warns prompt-blank-end 1: a.jsonl:9"],
    ],
    [
      "bytes that were no UTF-8",
      { 9: { prompt: "2+2=\uFFFD", answer: "4" } },
      ["warns prompt-not-utf8 1: a.jsonl:9"],
    ],
    [
      "a prompt that holds its answer",
      {
        2: { prompt: "2+2 = 4.", answer: "4" },
        3: { prompt: "x #### 41", answer: "41" },
        4: { prompt: "4 or 5?", answer: "5" },
      },
      ["warns prompt-holds-answer 2: a.jsonl:2 a.jsonl:3"],
    ],
    [
      "a prompt that is very long",
      { 9: { prompt: "x".repeat(3000), answer: "1" } },
      ["warns prompt-very-long 1: a.jsonl:9"],
    ],
  ])("%s", async (_, others, expected) => {
    expect(await findings(others as Record<number, object | string>)).toEqual(expected);
  });

  it("in any number is counted, and the first few are shown", async () => {
    const many = Object.fromEntries(sums.slice(0, 50).map((_, i) => [i + 1, { prompt: "", answer: "1" }]));
    const places = [1, 2, 3, 4, 5].map((row) => `a.jsonl:${row}`).join(" ");
    expect(await findings(many)).toEqual([`stops column-not-text 50: ${places}`]);
  });

  it("in the name of a column is found in every row, with the columns there are", async () => {
    fs.writeFileSync(at("a.csv"), "question,answer\nq,1\nr,2\n");
    const { findings: found, prompts } = await examine("a.csv");
    expect(prompts.count).toBe(0);
    expect(found).toMatchObject([
      { code: "column-missing", count: 2, remedy: expect.stringContaining('"question"') },
    ]);
    expect(found[0]!.examples.map(({ where }) => where)).toEqual([`${at("a.csv")}:2`, `${at("a.csv")}:3`]);
  });

  it("in the names of two columns is two faults, each with its own remedy", async () => {
    fs.writeFileSync(at("a.csv"), "Prompt,Answer\nq,1\nr,2\n");
    const { findings: found } = await examine("a.csv", { answerColumn: "answer" });
    expect(found).toMatchObject([
      { code: "column-missing", count: 2, remedy: expect.stringContaining('Did you mean "Answer"?') },
      { code: "column-missing", count: 2, remedy: expect.stringContaining('Did you mean "Prompt"?') },
    ]);
  });

  it("in a column that rows lack for several reasons has the remedy of each, and of no more than a few", async () => {
    fs.writeFileSync(at("a.jsonl"), lines([{ question: "a" }, { question: "b" }, {}]));
    const { findings: found } = await examine("a.jsonl");
    expect(found).toMatchObject([
      { code: "column-missing", count: 2, remedy: expect.stringContaining('Did you mean "question"?') },
      { code: "column-missing", count: 1, remedy: expect.stringContaining("The row is empty") },
    ]);
    const names = Array.from({ length: 30 }, (_, i) => ({ [`x${i}`]: "a" }));
    fs.writeFileSync(at("a.jsonl"), lines(names));
    const many = (await examine("a.jsonl")).findings;
    expect(many).toHaveLength(5);
    expect(many.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  });

  it.each([";", "\t", "|"])("in what separates a header, %j, is named", async (delimiter) => {
    fs.writeFileSync(at("a.csv"), `prompt${delimiter}answer\nq${delimiter}1\n`);
    const { findings: found } = await examine("a.csv");
    expect(found).toMatchObject([
      { code: "column-missing", remedy: expect.stringContaining(JSON.stringify(delimiter)) },
    ]);
  });

  it("in one file does not hide those of the next", async () => {
    fs.mkdirSync(at("set"));
    fs.writeFileSync(at("set/a.csv"), 'prompt\n"never closed\n');
    fs.writeFileSync(at("set/b.csv"), "prompt\n   \n1\n1,2\n");
    const { findings: found, rows } = await examine("set", { evaluation: { size: 0 } });
    expect(rows).toBe(1);
    expect(found).toMatchObject([{ code: "csv-malformed", count: 2 }]);
    expect(found[0]!.examples.map(({ where }) => where)).toEqual([
      `${at("set/a.csv")}:2`,
      `${at("set/b.csv")}:4`,
    ]);
  });

  it("an empty file, and prompts too few to hold any out", async () => {
    fs.writeFileSync(at("a.jsonl"), "");
    expect((await examine("a.jsonl")).findings).toMatchObject([{ code: "prompts-empty", stops: true }]);
    fs.writeFileSync(
      at("a.jsonl"),
      lines(sums.filter(({ prompt }) => splitOf(prompt) === "train").slice(0, 3)),
    );
    expect(await examine("a.jsonl")).toMatchObject({
      findings: [{ code: "prompts-empty", remedy: expect.stringContaining("evaluation.size 0") }],
      fit: false,
    });
    expect(await examine("a.jsonl", { evaluation: { size: 0 } })).toMatchObject({
      prompts: { training: 3, heldOut: 0 },
      findings: [],
      fit: true,
    });
    fs.writeFileSync(at("a.jsonl"), lines(sums));
    expect(await examine("a.jsonl", { evaluation: { size: 128 } })).toMatchObject({
      findings: [{ code: "held-out-few", stops: false }],
      fit: true,
    });
  });
});

describe("a model", () => {
  it("whose context or alphabet a prompt does not fit", async () => {
    const changes = { model: model(12), maxNewTokens: 6 };
    expect(await findings({ 9: { prompt: "a+b=?", answer: "c" } }, changes)).toEqual([
      `stops tokenizer-unknown-character 1: a.jsonl:9`,
      expect.stringMatching(/^stops prompt-too-long 100: a\.jsonl:101 /),
    ]);
    const { prompts } = await examine("a.jsonl", changes);
    expect(prompts).toMatchObject({ tooLong: 100, tokens: { max: 7 } });
  });

  it.each([
    ["vocabulary-mismatch", () => model(64, 4)],
    ["model-not-found", () => at("no-model")],
    [
      "model-architecture-unsupported",
      () => {
        const path = join(model(64), "config.json");
        const config = JSON.parse(fs.readFileSync(path, "utf8")) as object;
        fs.writeFileSync(path, JSON.stringify({ ...config, model_type: "mamba" }));
        return at("model");
      },
    ],
  ])("that cannot be used (%s), and the data are examined without it", async (code, make) => {
    fs.writeFileSync(at("a.jsonl"), lines([...sums, sums[0]!]));
    const diagnosis = await examine("a.jsonl", { model: make() });
    expect(diagnosis).toMatchObject({ model: null, prompts: { tokens: null }, fit: false });
    expect(diagnosis.findings.map((finding) => finding.code)).toEqual([code, "prompt-repeated"]);
  });
});
