/** A dataset's characters, whatever it is kept in. */
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { pretrainConfigSchema } from "../../../src/config/train-config.js";
import { alphabetOf } from "../../../src/model/tokenizer/character-tokenizer.js";
import { fileAlphabet } from "../../../src/training/start/file-alphabet.js";
import { jsonLines, writePacked, writeRowsAsParquet } from "../../data/table/write.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const at = (name: string) => join(temporary.path, name);
const rows = [
  { prompt: "1+1=", answer: "2", completion: "so 2 😀" },
  { prompt: "ü", answer: null, completion: "\n" },
];
const text = jsonLines(rows);

beforeEach(async () => {
  fs.mkdirSync(at("parts"));
  for (const name of ["a.jsonl", "parts/1.jsonl"]) fs.writeFileSync(at(name), text);
  fs.writeFileSync(at("marked.jsonl"), `\ufeff${text}`);
  writePacked(at("b.jsonl.gz"), text);
  await writeRowsAsParquet(at("c.parquet"), rows);
});

const alphabet = (name: string) =>
  fileAlphabet(
    at(name),
    pretrainConfigSchema.parse({ output: "x", prompts: { file: at(name) }, model: {} }),
    {},
  );

it.each(["a.jsonl", "marked.jsonl", "b.jsonl.gz", "parts", "a.js*l"])(
  "of text is all of it (%s)",
  async (name) => {
    expect(await alphabet(name)).toBe(alphabetOf(text));
  },
);

it("of Parquet is that of prompts and completions", async () => {
  expect(await alphabet("c.parquet")).toBe(
    alphabetOf(...rows.flatMap((row) => [row.prompt, row.completion])),
  );
});

it("of what is not UTF-8 is none", async () => {
  fs.writeFileSync(at("a.jsonl"), Buffer.concat([Buffer.from(text), Buffer.from([0xff])]));
  await expect(alphabet("a.jsonl")).rejects.toMatchObject({
    code: "text-not-utf8",
    where: expect.stringContaining("a.jsonl:"),
  });
});
