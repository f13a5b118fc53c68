/** The corpus as a file, and what became of its runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type CorpusRun, packed, recordsOf } from "../../../src/apps/monitors/corpus-format.js";
import { outcomeOf } from "../../../src/apps/monitors/outcome.js";
import { corpusFile, readCorpus } from "../../../src/apps/monitors/read-corpus.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { linesOf, runOf, writeSplit } from "./synthetic.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-corpus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("lines of metrics, packed", () => {
  it("come back in the order in which they were written, rounded, without texts and ends of intervals", () => {
    const lines = [
      { kind: "step", step: 1, metrics: { reward: 1 / 3, topAnswer: "7", loss: Number.NaN } },
      { kind: "eval", step: 2, metrics: { mean: 0.5, meanLow: 0.4, meanHigh: 0.6 } },
      { kind: "step", step: 2, metrics: { reward: 123456789, gradNorm: 2 } },
      { kind: "probe", step: 2, metrics: { kl: 1.23456e-7 } },
    ].map((line) => ({ ...line, time: {} })) as MetricRecord[];
    const records = {
      step: packed(lines, "step"),
      eval: packed(lines, "eval"),
      probe: packed(lines, "probe"),
    };
    // As JSON has it, which knows no NaN.
    const read = JSON.parse(JSON.stringify(records)) as CorpusRun["records"];
    expect(recordsOf({ records: read }).map(({ kind, step, metrics }) => [kind, step, metrics])).toEqual([
      ["step", 1, { gradNorm: null, loss: null, reward: 0.33333 }],
      ["step", 2, { gradNorm: 2, loss: null, reward: 123460000 }],
      ["eval", 2, { mean: 0.5 }],
      ["probe", 2, { kl: 1.2346e-7 }],
    ]);
  });
});

describe("reading", () => {
  it("gives the runs as they were, of one split only", () => {
    const at = join(folder, "good");
    const runs = [runOf({}), runOf({ name: { seed: 1 } })];
    writeSplit(at, "tuning", linesOf(runs));
    // Nobody looks at the other file.
    writeSplit(at, "held-out", Buffer.from("no gzip"));
    expect(readCorpus("tuning", at)).toEqual(runs);
  });

  const run = runOf({ steps: 4 });
  const changed = (change: (run: Record<string, never>) => void): string => {
    const copy = JSON.parse(JSON.stringify(run)) as Record<string, never>;
    change(copy);
    return `${linesOf([run])}${JSON.stringify({ ...copy, name: "second" })}\n`;
  };
  const step = (of: unknown) =>
    (of as CorpusRun).records.step as { steps: number[]; metrics: Record<string, unknown> };

  it.each<[string, string | Buffer, RegExp, string]>([
    ["what is no gzip", Buffer.from("{}\n"), /header/, ""],
    ["a file that is cut off", gzipSync(linesOf([run])).subarray(0, 100), /end of file/, ""],
    ["no line", "", /no line/, ""],
    ["a line that is no JSON", `${linesOf([run])}{"name":\n`, /JSON/, ":2"],
    [
      "a number that JSON has not",
      linesOf([run]).replace('"prompts":[64', '"prompts":[NaN'),
      /JSON|token/,
      ":1",
    ],
    ["a blank line", `\n${linesOf([run])}`, /JSON/, ":1"],
    ["a run twice", linesOf([run, run]), /second time/, ":2"],
    ["a run of the other split", linesOf([{ ...run, split: "held-out" }]), /held-out/, ":1"],
    [
      "a text among the metrics",
      changed((of) => {
        step(of).metrics = { reward: ["1", 2, 3, 4] };
      }),
      /reward/,
      ":2",
    ],
    [
      "a column that is too short",
      changed((of) => {
        step(of).metrics = { reward: [1, 2] };
      }),
      /a value a step/,
      ":2",
    ],
    [
      "steps that go back",
      changed((of) => {
        step(of).steps = [1, 3, 2, 4];
      }),
      /ascend/,
      ":2",
    ],
    [
      "more right samples than there are",
      changed((of) => {
        (of as unknown as CorpusRun).accuracy.right[0]![0] = 9;
      }),
      /count/,
      ":2",
    ],
    [
      "a key that nobody knows",
      changed((of) => {
        Object.assign(of, { rollouts: [] });
      }),
      /rollouts/,
      ":2",
    ],
  ])("refuses %s", (_, content, found, where) => {
    const at = join(folder, "bad");
    writeSplit(at, "tuning", content);
    const refuse = () => readCorpus("tuning", at);
    expect(refuse).toThrow(
      expect.objectContaining({ code: "corpus-corrupt", where: `${corpusFile(at, "tuning")}${where}` }),
    );
    expect(refuse).toThrow(expect.objectContaining({ found: expect.stringMatching(found) }));
  });

  it("says where a corpus is to be had", () => {
    expect(() => readCorpus("tuning", join(folder, "none"))).toThrow(
      expect.objectContaining({ code: "corpus-missing", remedy: expect.stringContaining("collect.mjs") }),
    );
    writeFileSync(join(folder, "a-file"), "");
    expect(() => readCorpus("tuning", join(folder, "a-file"))).toThrow(
      expect.objectContaining({ code: "corpus-missing" }),
    );
  });
});

describe("the outcome", () => {
  it.each([
    ["a fall from step 20 on", (step: number) => (step < 20 ? 0.6 : 0.1), "collapsed"],
    ["a slow fall", (step: number) => 0.7 - 0.012 * step, "collapsed"],
    ["a gain", (step: number) => 0.4 + 0.005 * step, "healthy"],
    ["nothing at all", () => 0.95, "healthy"],
    ["a dip that is made up for", (step: number) => (step > 12 && step < 22 ? 0.2 : 0.95), "healthy"],
    ["never a right answer", () => 0, "healthy"],
  ] as const)("of %s", (_, accuracy, state) => {
    for (const seed of [0, 1, 2, 3, 4])
      expect(outcomeOf(runOf({ accuracy, name: { seed } })).state).toBe(state);
  });

  it("dates a sudden fall at the first evaluation behind it, and measures how fast it is", () => {
    const { onset, width, peak, end } = outcomeOf(runOf({ accuracy: (step) => (step < 20 ? 0.6 : 0.1) }));
    expect(onset).toBe(20);
    expect(peak).toBeCloseTo(0.6, 1);
    expect(end).toBeCloseTo(0.1, 1);
    expect(width).toBeLessThan(6);
    const slow = outcomeOf(
      runOf({ steps: 60, accuracy: (step) => 0.8 - 0.7 / (1 + Math.exp(-(step - 30) / 5)) }),
    );
    // 2 ln 9 · 5 steps.
    expect(slow.width).toBeGreaterThan(17);
    expect(slow.width).toBeLessThan(28);
  });

  it("is undecided where a fall is as large as the tolerance", () => {
    const states = Array.from(
      { length: 8 },
      (_, seed) => outcomeOf(runOf({ accuracy: (step) => (step < 20 ? 0.6 : 0.545), name: { seed } })).state,
    );
    expect(states).toContain("undecided");
  });

  it("reads the skill of the base alone, of a probe on a harder mixture", () => {
    const levels = Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? "4" : "8"));
    const harder = runOf({ levels, accuracy: (step, level) => (level === "4" ? 0.95 : step < 20 ? 0.5 : 0) });
    expect(outcomeOf(harder).state).toBe("healthy");
    const lost = runOf({ levels, accuracy: (step, level) => (level === "8" ? 0.3 : step < 20 ? 0.6 : 0.1) });
    expect(outcomeOf(lost)).toMatchObject({ state: "collapsed", onset: 20 });
  });

  it("is undecided of too few prompts of the skill, and of a run without evaluations", () => {
    const fall = (step: number) => (step < 20 ? 0.6 : 0);
    const few = runOf({ levels: ["4", "4", "4", "8"], accuracy: fall });
    expect(outcomeOf(few)).toMatchObject({ state: "undecided", onset: null });
    const run = runOf({ accuracy: fall });
    const without = { ...run, records: { ...run.records, eval: { steps: [], metrics: {} } } };
    expect(outcomeOf(without)).toMatchObject({ state: "undecided", onset: null });
  });
});
