/** What a study computes: intervals, correlations, verdicts, each on values whose result is known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job } from "../../../src/apps/jobs/job.js";
import { type Measured, measured, type SeedRuns } from "../../../src/apps/study/figures/measure.js";
import type { RunSource } from "../../../src/apps/study/figures/run-source.js";
import { spearman } from "../../../src/apps/study/figures/spearman.js";
import { judgedPrediction, judgedRule } from "../../../src/apps/study/verdict.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";

describe("Spearman's correlation", () => {
  it("is 1 of any rising curve, −1 of a falling one, and null where one side is constant", () => {
    expect(
      spearman([
        [1, 1],
        [2, 10],
        [9, 11],
      ]),
    ).toBeCloseTo(1, 12);
    expect(
      spearman([
        [1, 3],
        [2, 2],
        [9, -5],
      ]),
    ).toBeCloseTo(-1, 12);
    expect(
      spearman([
        [1, 3],
        [1, 2],
      ]),
    ).toBeNull();
  });

  it("gives equal values the mean of their ranks", () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: by Pearson's formula 4.5/√(4.5·5).
    expect(
      spearman([
        [0, 0],
        [5, 1],
        [5, 2],
        [7, 3],
      ]),
    ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });
});

/** A run with these evaluations, each a list of the prompts' accuracies. */
const run = (evaluations: readonly (readonly number[])[], prompts = "same"): RunSource => {
  const records = evaluations.map(
    (values, i): MetricRecord => ({
      kind: "eval",
      step: 10 * i,
      metrics: {
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        meanByPrompt: values,
        majByPrompt: values.map(Math.round),
        agreementByPrompt: values.map((value) => Math.max(value, 1 - value)),
      },
      time: {},
    }),
  );
  return {
    job: {} as Job,
    records: () => records,
    of: (kind: string) => records.filter((record) => record.kind === kind),
    heldOut: () => prompts,
  } as unknown as RunSource;
};

const runs =
  (arms: Readonly<Record<string, RunSource>>): SeedRuns =>
  (arm) =>
    arms[arm];

describe("a measure", () => {
  const change = { title: "", arm: "a", metric: "eval.mean", less: { at: "start" } } as const;

  it("is paired by prompt: what rises by the same on every prompt has an interval of no width", async () => {
    const own = run([
      [0, 0.25, 0.5, 0.75],
      [0.25, 0.5, 0.75, 1],
    ]);
    const { bySeed, overPrompts, overSeeds } = await measured(change, [runs({ a: own })]);
    expect(bySeed).toEqual([0.25]);
    expect(overPrompts).toEqual([0.25, 0.25]);
    expect(overSeeds).toBeNull();
  });

  it("draws prompts of arms apart where they were not the same", async () => {
    const values = [0, 0.25, 0.5, 0.75];
    const seed = runs({ a: run([values]), b: run([values], "others") });
    const { overPrompts } = await measured({ ...change, at: "end", less: { arm: "b" } }, [seed]);
    expect(overPrompts![0]).toBeLessThan(0);
    expect(overPrompts![1]).toBeGreaterThan(0);
  });

  it("has the t interval of its seeds, and decides by the least that holds both", async () => {
    const seeds = [0.5, 0.7].map((value) =>
      runs({
        a: run([
          [value, value],
          [1, 1],
        ]),
      }),
    );
    const { mean, overSeeds, interval, overPrompts } = await measured(
      { title: "", arm: "a", metric: "eval.mean", at: "start" },
      seeds,
    );
    expect(mean).toBeCloseTo(0.6, 12);
    // Standard error 0.1, and t of one degree of freedom.
    expect(overSeeds![1] - mean!).toBeCloseTo(1.27062, 4);
    expect(overPrompts).toEqual([0.6, 0.6]);
    expect(interval).toEqual(overSeeds);
  });

  it("divides by a figure of the same seed, and has no value where that is 0", async () => {
    const seed = (a: number, b: number) => runs({ a: run([[0], [a]]), b: run([[0], [b]]) });
    const share = { ...change, over: { arm: "b", less: { at: "start" } } } as const;
    expect((await measured(share, [seed(0.2, 0.4), seed(0.3, 0)])).bySeed).toEqual([0.5, null]);
  });

  it("has figures of thresholds, fates and peaks", async () => {
    const own = runs({
      a: run([
        [0.1, 0.9, 0.6, 0.4],
        [0.9, 0.1, 1, 1],
        [0, 0, 1, 0.5],
      ]),
    });
    const one = async (metric: string, more = {}) =>
      (await measured({ title: "", arm: "a", metric, ...more }, [own])).bySeed[0];
    expect(await one("eval.mean", { at: "peak" })).toBeCloseTo(0.75, 12);
    expect(await one("eval.mean", { at: 10 })).toBeCloseTo(0.75, 12);
    expect(await one("eval.mean", { at: 11 })).toBeNull();
    expect(await one("threshold.covered", { at: "start", threshold: 0.9 })).toBe(0.5);
    expect(await one("threshold.maj", { at: "start", threshold: 0.9 })).toBe(0.5);
    expect(await one("fates.learned", { at: 10 })).toBe(0.5);
    expect(await one("fates.corrupted", { at: 10 })).toBe(0.25);
  });

  it("has no value where its run is not finished", async () => {
    expect((await measured(change, [() => undefined])).bySeed).toEqual([null]);
  });
});

const of = (
  interval: readonly [number, number] | null,
  more: Partial<Measured & { missing: string[] }> = {},
) => ({
  bySeed: [0, 0],
  mean: 0,
  overSeeds: interval,
  overPrompts: null,
  interval,
  missing: [],
  ...more,
});

describe("a verdict", () => {
  it.each([
    [{ above: 0 }, [0.1, 0.2], "agrees"],
    [{ above: 0 }, [-0.2, -0.1], "disagrees"],
    [{ above: 0 }, [-0.1, 0.2], "undecided"],
    [{ above: 0 }, [0, 0], "undecided"],
    [{ below: 0 }, [-0.2, -0.1], "agrees"],
    [{ below: 0 }, [0.1, 0.2], "disagrees"],
    [{ within: [-1, 1] }, [-0.5, 0.5], "agrees"],
    [{ within: [-1, 1] }, [1.5, 2], "disagrees"],
    [{ within: [-1, 1] }, [0.5, 2], "undecided"],
  ] as const)("%j by %j %s", (rule, interval, verdict) => {
    const own = { measure: "m", ...rule } as never;
    expect(judgedRule(own, of(interval)).verdict).toBe(verdict);
  });

  it("is incomplete without a run, whatever the others say, and undecided without a value or with one seed", () => {
    const rule = { measure: "m", above: 0 };
    expect(judgedRule(rule, of([1, 2], { missing: ["a,seed=0"] })).verdict).toBe("incomplete");
    expect(judgedRule(rule, of([1, 2], { bySeed: [1, null] }))).toMatchObject({
      verdict: "undecided",
      why: "there is no such value in 1 of 2 seeds",
    });
    expect(judgedRule(rule, of(null)).verdict).toBe("undecided");
  });

  it("agrees where all rules do, and disagrees where one does", () => {
    const measures = {
      yes: of([1, 2]),
      no: of([-2, -1]),
      open: of([-1, 1]),
      gone: of([1, 2], { missing: ["x"] }),
    };
    const verdict = (...names: (keyof typeof measures)[]) =>
      judgedPrediction({ says: "", rules: names.map((measure) => ({ measure, above: 0 })) }, measures)
        .verdict;
    expect(verdict("yes")).toBe("agrees");
    expect(verdict("yes", "open")).toBe("undecided");
    expect(verdict("yes", "open", "no")).toBe("disagrees");
    expect(verdict("no", "gone")).toBe("incomplete");
  });

  it("never both agrees with a bound and with its opposite", () => {
    const interval = fc
      .tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }))
      .map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));
    fc.assert(
      fc.property(interval, fc.double({ noNaN: true }), (own, bound) => {
        const [up, down] = [{ above: bound }, { below: bound }].map(
          (rule) => judgedRule({ measure: "m", ...rule }, of(own)).verdict,
        );
        expect([up, down]).not.toEqual(["agrees", "agrees"]);
        expect(up === "agrees").toBe(down === "disagrees");
      }),
    );
  });
});
