import fs from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { listRollouts, readRollouts, writeRollouts } from "../../src/run/rollouts.js";
import type { RolloutRow } from "../../src/run/run-directory.js";
import { startChild } from "./child.js";
import { rows } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

describe("writeRollouts and readRollouts", () => {
  it("return the rows in their order, under the name of the step", async () => {
    const path = await writeRollouts(temporary.path, 12, rows(12, 512));
    expect(path).toBe(join(temporary.path, "step-000012.parquet"));
    expect(await readRollouts(path)).toEqual(rows(12, 512));
    expect(fs.readdirSync(temporary.path)).toEqual(["step-000012.parquet"]);
  });

  it("keep every text and number", async () => {
    const textual = fc.string({ unit: "grapheme" });
    const real = fc.double({ noNaN: true });
    const count = fc.nat({ max: 2 ** 31 - 1 });
    const nullable = fc.option(textual);
    const row: fc.Arbitrary<RolloutRow> = fc.record({
      step: count,
      group: count,
      sample: count,
      promptId: textual,
      prompt: textual,
      completion: fc.oneof(textual, fc.constantFrom("a\0b", "\n\r\t", "'", '"; DROP TABLE rollouts; --')),
      tokens: count,
      finish: fc.constantFrom("stop", "length"),
      answer: nullable,
      graderError: nullable,
      voteLabel: nullable,
      voteShare: real,
      rewardLabel: nullable,
      reward: fc.option(real),
      score: fc.option(real),
      modelScore: fc.option(real),
      sampledBy: fc.constantFrom("policy", "teacher"),
      trained: fc.boolean(),
      advantage: fc.option(real),
      meanLogprob: real,
      rejected: nullable,
      sumLogprob: fc.option(real),
      kl: fc.option(real),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (written) => {
        const path = await writeRollouts(temporary.path, 1, written);
        expect(await readRollouts(path)).toEqual(written);
      }),
      { numRuns: 25 },
    );
  });

  it("give the same bytes for the same rows, in another process too", async () => {
    const first = fs.readFileSync(await writeRollouts(temporary.path, 3, rows(3, 600)));
    await writeRollouts(temporary.path, 4, rows(4, 10));
    const second = fs.readFileSync(await writeRollouts(temporary.path, 3, rows(3, 600)));
    expect(second.equals(first)).toBe(true);

    const elsewhere = join(temporary.path, "elsewhere");
    fs.mkdirSync(elsewhere);
    fs.writeFileSync(join(temporary.path, "rows.json"), JSON.stringify(rows(3, 600)));
    await startChild("write-rollouts.mjs", elsewhere, "3", join(temporary.path, "rows.json")).exited;
    expect(fs.readFileSync(join(elsewhere, "step-000003.parquet")).equals(first)).toBe(true);
  });

  it("do not mix up calls made at once", async () => {
    const steps = [1, 2, 3, 4];
    const paths = await Promise.all(steps.map((step) => writeRollouts(temporary.path, step, rows(step, 40))));
    const read = await Promise.all(paths.map(readRollouts));
    expect(read).toEqual(steps.map((step) => rows(step, 40)));
  });

  it("make a file that SQL reads, in a folder whose name has a quote", async () => {
    const folder = join(temporary.path, "it's");
    fs.mkdirSync(folder);
    for (const step of [1, 2]) await writeRollouts(folder, step, rows(step, 64));
    const connection = await (await DuckDBInstance.create()).connect();
    const reader = await connection.runAndReadAll(
      `SELECT step, "group", count(*)::INTEGER AS n, sum(reward) AS paid, count(answer)::INTEGER AS answered
       FROM '${folder.replaceAll("'", "''")}/*.parquet' GROUP BY ALL ORDER BY ALL`,
    );
    const result = reader.getRowObjectsJS();
    expect(result).toHaveLength(8);
    const group0 = rows(1, 16);
    expect(result[0]).toEqual({
      step: 1,
      group: 0,
      n: 16,
      paid: group0.filter((row) => row.reward === 1).length,
      answered: group0.filter((row) => row.answer !== null).length,
    });
  });
});

describe("failures", () => {
  it("keep the earlier file, and leave nothing else", async () => {
    const path = await writeRollouts(temporary.path, 1, rows(1, 8));
    const before = fs.readFileSync(path);
    vi.spyOn(fs, "fsyncSync").mockImplementationOnce(() => {
      throw Object.assign(new Error("fake"), { code: "ENOSPC" });
    });
    await expect(writeRollouts(temporary.path, 1, rows(1, 9))).rejects.toMatchObject({
      code: "disk-full",
      where: path,
    });
    expect(fs.readFileSync(path).equals(before)).toBe(true);
    expect(fs.readdirSync(temporary.path)).toEqual(["step-000001.parquet"]);
  });

  it("name a folder that is missing", async () => {
    const folder = join(temporary.path, "missing");
    await expect(writeRollouts(folder, 1, rows(1, 8))).rejects.toMatchObject({ code: "file-missing" });
  });

  it("tell a missing file from a damaged one", async () => {
    const path = join(temporary.path, "step-000001.parquet");
    await expect(readRollouts(path)).rejects.toMatchObject({ code: "file-missing", where: path });
    fs.writeFileSync(path, "PAR1 but not really");
    await expect(readRollouts(path)).rejects.toMatchObject({ code: "rollouts-corrupt", where: path });
  });
});

describe("listRollouts", () => {
  it("lists the files of steps in step order", async () => {
    for (const step of [10, 2]) await writeRollouts(temporary.path, step, rows(step, 1));
    fs.writeFileSync(join(temporary.path, "notes.parquet"), "");
    expect(listRollouts(temporary.path).map(({ step }) => step)).toEqual([2, 10]);
    expect(listRollouts(join(temporary.path, "missing"))).toEqual([]);
  });
});
