/** Monitors on runs whose course is planted: rates, leads, baselines and matched pairs that are known beforehand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { candidatesOf, REWARDSPY } from "../../../src/apps/monitors/baselines.js";
import type { CorpusRun, Split } from "../../../src/apps/monitors/corpus-format.js";
import { recordsOf } from "../../../src/apps/monitors/corpus-format.js";
import { withDerived } from "../../../src/apps/monitors/derived.js";
import { firstAlarms, judged } from "../../../src/apps/monitors/replay-monitors.js";
import { type Scores, scoreMonitors } from "../../../src/apps/monitors/score.js";
import { type MonitorsConfig, monitorsSchema } from "../../../src/config/monitor-config.js";
import { linesOf, plantedRuns, runOf, writeSplit } from "./synthetic.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-score-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const phi: MonitorsConfig = monitorsSchema.parse({
  default: "off",
  phi: { on: "promptFreeAgreement", detector: { kind: "rise", by: 0.15, patience: 2 } },
});

const score = (runs: readonly CorpusRun[], monitors: MonitorsConfig, tuning?: readonly CorpusRun[]) => {
  const corpus = mkdtempSync(join(folder, "corpus-"));
  writeSplit(corpus, "held-out", linesOf(runs));
  if (tuning !== undefined) writeSplit(corpus, "tuning", linesOf(tuning));
  return scoreMonitors({ split: "held-out", chosenOn: ["tuning"], monitors, corpus });
};

describe("a planted rise before a planted fall", () => {
  const scores = score(plantedRuns("held-out", ["a", "b"], 5), phi, plantedRuns("tuning", ["c"], 4));

  it("is caught in every run, with its lead, and raises no false alarm", () => {
    expect(scores.runs).toEqual({
      all: 20,
      collapsed: 10,
      healthy: 10,
      undecided: 0,
      shortest: 40,
      longest: 40,
      tasks: 2,
      bases: 2,
      lengths: {
        collapsed: { shortest: 40, median: 40, longest: 40 },
        healthy: { shortest: 40, median: 40, longest: 40 },
        undecided: null,
        fall: expect.objectContaining({ longest: expect.any(Number) }),
      },
    });
    const [own] = scores.monitors;
    expect(own).toMatchObject({
      name: "phi",
      unmeasured: 0,
      caught: { count: 10, of: 10 },
      caughtBefore: { count: 10, of: 10 },
      falseAlarms: { count: 0, of: 10 },
      leadPositive: 1,
      // 10 runs of 40 steps without an alarm.
      runLength: { steps: 400, alarms: 0, mean: null, atLeast: expect.closeTo(400 / -Math.log(0.05), 6) },
      // It rises at step 12, the second value in a row is that of step 13, and the first evaluation behind the fall is that of step 20.
      leadSteps: { median: 7, low: 7, high: 7 },
    });
    expect(own!.leadWidths!.median).toBeGreaterThan(1);
    expect(scores.union).toBeNull();
    expect(
      scores.each.every(({ outcome, alarms }) => alarms.phi === (outcome.state === "collapsed" ? 13 : null)),
    ).toBe(true);
  });

  it("is nothing that a climbing reward shows: baselines of it catch few, or alarm in healthy runs", () => {
    const spy = scores.rewardspy.find(({ name }) => name.includes("0.80"))!;
    // Agreement passes 0.8 at step 30, in all runs alike.
    expect(spy).toMatchObject({
      caughtBefore: { count: 0 },
      caught: { count: 10 },
      falseAlarms: { count: 10 },
    });
    expect(spy.leadSteps!.median).toBeLessThan(-8);
    for (const baseline of scores.baselines!.filter(({ name }) => !name.includes("always")))
      expect(baseline.caughtBefore.count).toBe(0);
    expect(scores.baselines!.find(({ name }) => name.includes("always"))).toMatchObject({
      falseAlarms: { count: 10 },
    });
  });

  it("tells matched pairs apart, which agreement does not", () => {
    expect(scores.matched.pairs).toBe(10);
    const of = (series: string) => scores.matched.series.find((own) => own.series === series)!;
    expect(of("promptFreeAgreement")).toMatchObject({ auroc: 1, interval: { low: 1, high: 1 }, pairs: 10 });
    expect(of("agreement")).toMatchObject({ auroc: 0.5, pairs: 10 });
    expect(scores.matched.certificate).toMatchObject({
      mean: { bound: 0.05, equivalent: true, n: 10 },
      stepsPassed: 40,
      steps: 40,
    });
  });

  it("rates a step of what is watched, and of what only repeats the reward", () => {
    expect(scores.perStep.map(({ series, direction }) => `${series} ${direction}`)).toEqual([
      "agreement up",
      "reward up",
      "unanimousShare up",
      "promptFreeAgreement up",
    ]);
    const phi = scores.perStep.at(-1)!;
    expect(phi.afterOnset).toMatchObject({ auroc: 1, collapsedRuns: 10, healthyRuns: 10 });
    // Of steps 10 to 19 it rises at 12; before, it is as in every healthy step.
    expect(phi.beforeOnset!.auroc).toBeCloseTo(0.8 + 0.2 / 2, 10);
  });
});

describe("what is odd", () => {
  const runs = plantedRuns("held-out", ["a"], 3);

  it("scores without tuning runs, but for the baselines", () => {
    expect(score(runs, phi).baselines).toBeNull();
  });

  it("scores a second held-out split, with rules chosen on both of the others where they are there", () => {
    const corpus = mkdtempSync(join(folder, "corpus-"));
    // In tuning runs token entropy is high where accuracy is lost, in held-out ones where it is not.
    const write = (split: Split, collapsed: number, healthy: number) =>
      writeSplit(
        corpus,
        split,
        linesOf(
          Array.from({ length: 4 }, (_, seed) => [
            runOf({
              name: { split, seed },
              step: () => ({ promptFreeAgreement: 0, entropy: collapsed }),
              accuracy: (step) => (step < 20 ? 0.6 : 0.1),
            }),
            runOf({ name: { split, arm: "truth", seed }, step: () => ({ entropy: healthy }) }),
          ]).flat(),
        ),
      );
    const of = (...chosenOn: Split[]) =>
      scoreMonitors({ split: "held-out-2", chosenOn, monitors: phi, corpus });
    const highEntropy = (scores: Scores) =>
      scores.baselines!.some(({ name }) => name.startsWith("token entropy is high"));
    write("held-out-2", 2, 1);
    write("tuning", 2, 1);
    expect(of("tuning", "held-out").baselines).toBeNull();
    write("held-out", 1, 2);
    expect(highEntropy(of("tuning"))).toBe(true);
    expect(highEntropy(of("tuning", "held-out"))).toBe(false);
    expect(highEntropy(of("tuning", "held-out-2"))).toBe(true);
    expect(of("tuning", "held-out")).toMatchObject({
      split: "held-out-2",
      chosenOn: ["tuning", "held-out"],
      runs: { all: 8, collapsed: 4 },
    });
  });

  it("matches no runs whose agreement differs", () => {
    const apart = runs.map((run) =>
      run.arm === "srt"
        ? run
        : {
            ...run,
            records: {
              ...run.records,
              step: {
                ...run.records.step,
                metrics: { ...run.records.step.metrics, agreement: run.records.step.steps.map(() => 0.2) },
              },
            },
          },
    );
    expect(score(apart, phi).matched).toEqual({ pairs: 0, certificate: null, series: [] });
  });

  it("takes a run of one step, and values that are missing", () => {
    const one = runOf({
      steps: 1,
      name: { split: "held-out", arm: "one" },
      step: () => ({ promptFreeAgreement: 0.9 }),
    });
    const hole = runOf({
      name: { split: "held-out", arm: "hole" },
      // NaN is written as null, and is skipped: the rise is seen all the same.
      step: (step) => ({
        promptFreeAgreement: step < 9 ? Number.NaN : step < 12 ? 0.05 : 0.4,
        agreement: Number.NaN,
      }),
    });
    const scores = score([...runs, one, hole], phi);
    const alarmOf = (arm: string) => scores.each.find((own) => own.arm === arm)!.alarms.phi;
    expect(alarmOf("one")).toBeNull();
    expect(alarmOf("hole")).toBe(13);
    expect(scores.runs).toMatchObject({ all: 8, shortest: 1 });
  });

  it("counts runs that lack a series, and refuses a monitor of which no run has any", () => {
    const bare = runOf({ name: { split: "held-out", arm: "bare" } });
    expect(score([...runs, bare], phi).monitors[0]!.unmeasured).toBe(1);
    const canary = monitorsSchema.parse({
      canary: { on: "validation.mean", detector: { kind: "canary" } },
      default: "off",
    });
    expect(() => score(runs, canary)).toThrow(
      expect.objectContaining({
        code: "monitor-not-recorded",
        found: "validation.mean",
        where: "monitors.canary",
      }),
    );
  });

  it("unites several monitors", () => {
    const two = monitorsSchema.parse({
      default: "off",
      phi: phi.phi as never,
      high: { on: "agreement", detector: { kind: "threshold", above: 0.8 } },
    });
    const { union, monitors } = score(runs, two);
    expect(monitors.map(({ falseAlarms }) => falseAlarms.count)).toEqual([0, 3]);
    expect(union).toMatchObject({ caughtBefore: { count: 3 }, falseAlarms: { count: 3 } });
  });
});

describe("alarms of a recorded run", () => {
  it("are those of training: an evaluation is judged with the next step, stages are masked", () => {
    const staged = runOf({
      step: (step) => ({ stage: step < 10 ? 1 : 2, topShare: step === 10 || step === 11 ? 0.9 : 0.1 }),
      probe: (step) => ({ kl: step / 10 }),
    });
    const monitors = monitorsSchema.parse({
      default: "off",
      top: { on: "topShare", detector: { kind: "threshold", above: 0.5 } },
      kl: { on: "probe.kl", detector: { kind: "threshold", above: 0.55 } },
      end: { on: "probe.kl", detector: { kind: "threshold", above: 3.9 } },
    });
    expect([...firstAlarms(staged, monitors)]).toEqual([
      ["top", null],
      ["kl", 7],
      ["end", 40],
    ]);
  });
});

describe("the rules of others", () => {
  it("read figures made of those of a run, held against its first steps", () => {
    // Ten steps: the first eight are normal.
    const run = runOf({
      steps: 10,
      step: (step) => ({
        reward: step > 8 ? 0.99 : 0.5 + 0.01 * (step % 2),
        meanLength: step > 8 ? 30 : 10 + (step % 2),
        skippedGroups: step,
      }),
    });
    const derived = withDerived(run, recordsOf(run)).filter(({ kind }) => kind === "step");
    const { rewardSpread, lengthDeviation, zeroSignalShare, binaryReward, stepsDone } = derived[9]!.metrics;
    expect(rewardSpread).toBeCloseTo(Math.sqrt(0.99 * 0.01) / ((0.5 + Math.sqrt(0.51 * 0.49)) / 2), 10);
    expect(lengthDeviation).toBeCloseTo(19.5 / Math.sqrt(2 / 7), 10);
    expect([zeroSignalShare, binaryReward, stepsDone]).toEqual([10 / 16, 0.99, 10]);
    expect(derived[7]!.metrics).toMatchObject({ rewardSpread: null, lengthDeviation: null });
    const alarms = candidatesOf(REWARDSPY, [judged(run)]).map((own) => own.alarms[0]);
    expect(alarms).toEqual([9, null, 9, 9, 9, 9]);
  });

  it("says nothing of the spread of rewards that are not 0 or 1, and of a length that never varied", () => {
    const run = runOf({
      steps: 10,
      config: { reward: "self-certainty" },
      step: (step) => ({ reward: step, meanLength: 8 }),
    });
    const { metrics } = withDerived(run, recordsOf(run)).find(
      ({ kind, step }) => kind === "step" && step === 10,
    )!;
    expect(metrics).toMatchObject({
      binaryReward: null,
      rewardSpread: null,
      lengthDeviation: null,
      zeroSignalShare: null,
    });
  });
});
