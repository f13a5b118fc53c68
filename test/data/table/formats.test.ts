/** The same rows are the same pool, whatever format they are in. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mathCanonicaliser } from "../../../src/core/answer/canonicalisers.js";
import { answerRules, columnRules } from "../../../src/core/answer/extract/rules.js";
import { extractAnswer } from "../../../src/core/answer/extract.js";
import { loadFilePool } from "../../../src/data/file-pool.js";
import { temporaryFolder } from "../../run/temporary.js";
import { csv, jsonLines, writePacked, writeRowsAsParquet } from "./write.js";

const folder = temporaryFolder();
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
// What is not well-formed Unicode cannot be written to a file, and a null character ends DuckDB's strings.
const writable = (value: string) =>
  !value.includes("\0") && value.trim() !== "" && !/\p{Surrogate}/u.test(value);
const prompt = fc
  .oneof(
    text,
    fc.constantFrom('say "hi", please', "one\ntwo", "a\r\nb", "\ttab,", ' " ', "#### 3", "\u2028x"),
  )
  .filter(writable);

// A row of another text is refused, whatever the format.
const holdsAnswer = (answer: string): boolean =>
  extractAnswer(answer, { rules: answerRules(columnRules), canonicalise: mathCanonicaliser }) !== null;
const answer = fc.option(
  fc
    .oneof(text, fc.constantFrom("007", "so 7\n#### 8"))
    .filter((value) => writable(value) && holdsAnswer(value)),
);

it("JSON Lines, an array, CSV, TSV and Parquet, packed or not", async () => {
  const rows = fc.array(fc.record({ prompt, answer }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.option(fc.integer({ min: 1, max: 9 })),
      fc.nat(99),
      async (table, size, seed) => {
        const at = (name: string) => join(folder.path, name);
        writeFileSync(at("a.jsonl"), jsonLines(table));
        writeFileSync(at("a.json"), JSON.stringify(table, null, 1));
        writeFileSync(at("a.csv"), csv(table));
        writeFileSync(at("crlf.csv"), `\uFEFF${csv(table, ",", "\r\n")}`);
        writeFileSync(at("a.tsv"), csv(table, "\t"));
        writePacked(at("a.jsonl.gz"), jsonLines(table));
        writePacked(at("a.json.gz"), JSON.stringify(table));
        writePacked(at("a.csv.gz"), csv(table));
        await writeRowsAsParquet(at("a.parquet"), table);
        const names = [
          "a.jsonl",
          "a.json",
          "a.csv",
          "crlf.csv",
          "a.tsv",
          "a.jsonl.gz",
          "a.json.gz",
          "a.csv.gz",
          "a.parquet",
        ];
        const pools = await Promise.all(
          names.map((name) =>
            loadFilePool(
              at(name),
              { promptColumn: "prompt", answerColumn: "answer" },
              "whole",
              size ?? undefined,
              seed,
            ),
          ),
        );
        const [first] = pools.map(({ prompts, labels }) => ({ prompts, labels: [...labels] }));
        expect(first!.prompts.length).toBe(Math.min(size ?? table.length, table.length));
        for (const [i, { prompts, labels }] of pools.entries())
          expect({ prompts, labels: [...labels] }, names[i]).toEqual(first);
      },
    ),
    { numRuns: 60 },
  );
});
