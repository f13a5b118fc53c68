/** Labels made by a real model, killed and continued, and read back. */
import fs from "node:fs";
import { join } from "node:path";
import {
  type LabelConfigInput,
  labelConfigSchema,
  labelPrompts,
  readLabelledGroups,
  readLabelledRollouts,
  readLabels,
  train,
} from "selftrain";
import { describe, expect, it } from "vitest";
import { selectConfigSchema } from "../../../src/config/select-config.js";
import { sameAnswer } from "../../../src/core/answer/same.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { withConnection } from "../../../src/io/fs/duckdb.js";
import { planLabel } from "../../../src/training/label/plan.js";
import type { LabelRow } from "../../../src/training/label/rows.js";
import { selectRows } from "../../../src/training/label/select.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const configOf = (output: string, changes: Partial<LabelConfigInput> = {}) =>
  labelConfigSchema.parse({
    model: base.model,
    output: at(output),
    prompts: { file: base.file, answerColumn: "answer", size: 20 },
    samples: 4,
    maxNewTokens: 5,
    promptsPerPart: 8,
    engine: { threads: 1 },
    ...changes,
  });
const collect = async <T>(items: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const tables = (output: string) =>
  ["labels.parquet", "rollouts.parquet"].map((name) => fs.readFileSync(join(at(output), name), "latin1"));

describe("labelPrompts", () => {
  it("writes the vote of every prompt, and the samples that voted", async () => {
    const config = configOf("plain");
    const summary = await labelPrompts(config);
    const groups = await collect(readLabelledGroups(config.output));
    expect(groups).toHaveLength(20);
    expect(summary).toMatchObject({ prompts: 20, samples: 4, interrupted: false });
    for (const { row, rollouts } of groups) {
      const vote = majorityVote(rollouts.map(({ answer }) => answer));
      expect(row).toMatchObject({
        samples: 4,
        label: vote.label,
        agreement: vote.share,
        margin: vote.margin,
        tie: vote.tie,
        noAnswerShare: vote.noAnswerShare,
        entropy: vote.entropy,
        messages: null,
      });
      const truth = String(Number(row.prompt.slice(0, 3)));
      const right = rollouts.filter(({ answer }) => sameAnswer(answer, truth)).length;
      expect(row.passRate).toBe(right / 4);
      expect(rollouts.map(({ sample }) => sample)).toEqual([0, 1, 2, 3]);
      for (const { meanLogprob, tokens } of rollouts) {
        expect(meanLogprob).toBeLessThan(0);
        expect(tokens).toBeLessThanOrEqual(5);
      }
    }
    expect(summary.labelled).toBe(groups.filter(({ row }) => row.label !== null).length);
    expect(fs.readdirSync(config.output).sort()).toEqual([
      "environment.json",
      "label.yaml",
      "labels.parquet",
      "rollouts.parquet",
    ]);
  });

  it("has no label where too few samples have an answer, and says how many prompts that are", async () => {
    const config = configOf("few", { vote: { minAnswers: "100%" } });
    const summary = await labelPrompts(config);
    const groups = await collect(readLabelledGroups(config.output));
    const few = groups.filter(({ row }) => row.noAnswerShare > 0 && row.noAnswerShare < 1);
    expect(few.length).toBeGreaterThan(0);
    for (const { row } of few) expect(row.label).toBeNull();
    expect(summary.tooFew).toBe(few.filter(({ row }) => !row.tie).length);
  });

  it("does not depend on how the pool is cut into parts, nor on a stop between two", async () => {
    await labelPrompts(configOf("whole", { promptsPerPart: 64 }));
    const stop = new AbortController();
    const config = configOf("stopped");
    const half = await labelPrompts(config, {
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "step" && event.step === 2) stop.abort();
      },
    });
    expect(half).toMatchObject({ interrupted: true, prompts: 16, pool: 20, agreement: null });
    await expect(readLabels(config.output)).rejects.toMatchObject({
      code: "labels-missing",
      found: "labels that were begun and not finished",
    });
    await expect(labelPrompts({ ...config, seed: 1 })).rejects.toMatchObject({
      code: "label-config-changed",
      found: { seed: 1 },
      expected: { seed: 0 },
    });
    // What a kill in the middle of a part, and of the joining, leaves.
    fs.mkdirSync(join(config.output, "parts/part-000002.partial-0123456789ab"));
    fs.writeFileSync(join(config.output, "rollouts.parquet"), "half");
    await labelPrompts(config);
    expect(await readLabels(config.output)).toEqual(await readLabels(at("whole")));
    expect(await collect(readLabelledRollouts(config.output))).toEqual(
      await collect(readLabelledRollouts(at("whole"))),
    );
    expect(tables("stopped")[0]).toBe(tables("whole")[0]);
    expect(fs.existsSync(join(config.output, "parts"))).toBe(false);
  });

  it("is not written over, nor beside anything else", async () => {
    await expect(labelPrompts(configOf("plain"))).rejects.toMatchObject({ code: "labels-exist" });
    fs.mkdirSync(at("foreign"));
    fs.writeFileSync(join(at("foreign"), "thesis.tex"), "");
    await expect(labelPrompts(configOf("foreign"))).rejects.toMatchObject({
      code: "labels-folder-occupied",
      found: ["thesis.tex"],
    });
  });

  it("gives the votes of a run's own fixed teacher", async () => {
    const run = tinyTraining(base, at("taught"), {
      reward: "fixed-teacher",
      teacherSamples: 4,
      steps: 1,
      evaluation: { size: 0 },
    });
    await train(run);
    const teacher = JSON.parse(fs.readFileSync(join(run.output, "teacher.json"), "utf8"));
    const prompts = { file: base.file, answerColumn: "answer", size: 64 };
    await labelPrompts(configOf("as-teacher", { prompts, split: "whole" }));
    const rows = await readLabels(at("as-teacher"));
    expect(Object.fromEntries(rows.map((r) => [r.promptId, { label: r.label, share: r.agreement }]))).toEqual(
      teacher,
    );
  });

  it("knows no pass rate where no answers are known", async () => {
    await labelPrompts(configOf("unlabelled", { prompts: { file: base.file, size: 4 } }));
    expect((await readLabels(at("unlabelled"))).map(({ passRate }) => passRate)).toEqual(Array(4).fill(null));
  });

  it("plans without sampling", async () => {
    const plan = await planLabel(configOf("planned"));
    expect(plan).toMatchObject({ rollouts: 80, rolloutsPerPart: 32, parts: 3, tokens: 20 * 4 * 9 });
    expect(plan.notes).toEqual(["true answers of 20 prompts are known, for pass rates alone"]);
    expect(fs.existsSync(at("planned"))).toBe(false);
  });
});

describe("readLabels", () => {
  const broken = async (name: string, query: string) => {
    const folder = at(name);
    fs.mkdirSync(folder);
    const from = join(at("plain"), "labels.parquet");
    await withConnection((connection) =>
      connection.run(
        `COPY (${query.replaceAll("LABELS", `read_parquet('${from}')`)}) TO '${join(folder, "labels.parquet")}' (FORMAT parquet)`,
      ),
    );
    return readLabels(folder);
  };

  it.each([
    ["no-column", "SELECT * EXCLUDE (margin) FROM LABELS", 'has no column "margin"', "column margin"],
    [
      "wrong-type",
      "SELECT * REPLACE (CAST(agreement AS VARCHAR) AS agreement) FROM LABELS",
      "is of type VARCHAR, not DOUBLE",
      "column agreement",
    ],
    [
      "empty-cell",
      "SELECT * REPLACE (NULL::BOOLEAN AS tie) FROM LABELS",
      'The column "tie"',
      "labels.parquet:1, column tie",
    ],
  ])("names file and column: %s", async (name, query, message, where) => {
    await expect(broken(name, query)).rejects.toMatchObject({
      code: "parquet-column",
      message: expect.stringContaining(message),
      where: expect.stringContaining(where),
    });
  });

  it("refuses a prompt that stands there twice, and what is no Parquet", async () => {
    const twice = "FROM (SELECT * FROM LABELS UNION ALL SELECT * FROM LABELS)";
    await expect(broken("twice", twice)).rejects.toMatchObject({
      code: "labels-duplicate",
      where: expect.stringContaining("labels.parquet:21, column promptId"),
    });
    fs.mkdirSync(at("torn"));
    fs.writeFileSync(join(at("torn"), "labels.parquet"), "PAR1 torn");
    await expect(readLabels(at("torn"))).rejects.toMatchObject({
      code: "parquet-malformed",
      where: join(at("torn"), "labels.parquet"),
    });
  });
});

describe("selectRows", () => {
  /** Labels of groups with these answers. */
  const rows = (...groups: (string | null)[][]): LabelRow[] =>
    groups.map((answers, i) => {
      const { label, share, margin, tie, noAnswerShare, entropy } = majorityVote(answers);
      const samples = answers.length;
      const own = { promptId: `row-${i + 1}`, prompt: `${i}`, messages: null, passRate: null };
      return { ...own, samples, label, agreement: share, margin, tie, noAnswerShare, entropy };
    });
  const unanswered = [null, null, null, null];
  const tied = ["1", "1", "2", "2"];
  const unsure = ["1", "1", "2", "3"];
  const sure = ["1", "1", "1", null];
  const choose = (from: LabelRow[], keys: object) =>
    selectRows(from, selectConfigSchema.parse({ labels: "l", output: "o", by: "entropy", ...keys }), "l").map(
      ({ promptId }) => promptId,
    );

  it("takes a prompt that has no label after all others, by entropy as by agreement", () => {
    const from = rows(unanswered, tied, unsure, sure);
    expect(from.map(({ label }) => label)).toEqual([null, null, "1", "1"]);
    expect(choose(from, { fraction: 0.25 })).toEqual(["row-4"]);
    expect(choose(from, { fraction: 0.5 })).toEqual(["row-3", "row-4"]);
    expect(choose(from, { fraction: 1 })).toHaveLength(4);
    expect(choose(rows(unanswered, unsure), { by: "agreement", fraction: 0.5 })).toEqual(["row-2"]);
  });

  it("finds it in no band of low entropy", () => {
    expect(choose(rows(unanswered, tied, unsure, sure), { max: 0.1 })).toEqual(["row-4"]);
    expect(() => choose(rows(unanswered, unsure), { max: 0.1 })).toThrow(
      expect.objectContaining({ code: "select-empty", found: expect.stringMatching(/^values from 1\.0/) }),
    );
    expect(() => choose(rows(unanswered), { max: 0.1 })).toThrow(
      expect.objectContaining({ code: "select-empty", found: "no prompts with a label" }),
    );
  });
});
