/** Steps of collapsed runs against those of healthy ones, how long healthy runs last, and the certificate of pairs: by hand. */
import { describe, expect, it } from "vitest";
import { lengthsOf } from "../../../src/apps/monitors/lengths.js";
import { certify, type Pair } from "../../../src/apps/monitors/matched.js";
import type { Outcome } from "../../../src/apps/monitors/outcome.js";
import { LEAD_WINDOW, perStep } from "../../../src/apps/monitors/per-step.js";
import type { JudgedRun } from "../../../src/apps/monitors/replay-monitors.js";
import { runLengthOf } from "../../../src/apps/monitors/run-length.js";
import { runOf } from "./synthetic.js";

const judgedRun = (
  state: Outcome["state"],
  steps: number,
  onset: number | null,
  agreement: (step: number) => number = () => 0.5,
  width: number | null = null,
): JudgedRun => ({
  run: runOf({ steps, step: (step) => ({ agreement: agreement(step) }) }),
  outcome: { state, onset, width, found: 0, start: 0, peak: 0, end: 0 },
});

describe("the average run length", () => {
  const runs = [
    judgedRun("healthy", 40, null),
    judgedRun("healthy", 60, null),
    judgedRun("healthy", 100, null),
    judgedRun("collapsed", 40, 20),
    judgedRun("undecided", 40, null),
  ];

  it("is of healthy steps up to the first alarm", () => {
    // 40 + 10 + 100 steps, one alarm: 150, and by Garwood 150/5.5716 to 150/0.0253.
    const found = runLengthOf(runs, [null, 10, null, 3, 3]);
    expect(found).toMatchObject({ steps: 150, alarms: 1, mean: 150 });
    expect(found.low).toBeCloseTo(150 / 5.5716, 2);
    expect(found.high!).toBeCloseTo(150 / 0.025318, 0);
    expect(found.atLeast).toBeCloseTo(150 / 4.7439, 2);
  });

  it("has a lower bound alone where there is no alarm", () => {
    const found = runLengthOf(runs, [null, null, null, 3, 3]);
    expect(found).toMatchObject({ steps: 200, alarms: 0, mean: null, high: null });
    expect(found.atLeast).toBeCloseTo(200 / -Math.log(0.05), 8);
    expect(runLengthOf([], [])).toMatchObject({ steps: 0, mean: null, low: 0 });
  });

  it("stands beside how long the runs are", () => {
    const fell = judgedRun("collapsed", 100, 50, () => 0.5, 12);
    expect(lengthsOf([...runs, fell])).toEqual({
      collapsed: { shortest: 40, median: 70, longest: 100 },
      healthy: { shortest: 40, median: 60, longest: 100 },
      undecided: { shortest: 40, median: 40, longest: 40 },
      fall: { shortest: 12, median: 12, longest: 12 },
    });
    expect(lengthsOf([])).toEqual({ collapsed: null, healthy: null, undecided: null, fall: null });
  });
});

describe("AUROC per step", () => {
  // Healthy departures: 0, 0.1, 0.2. The collapsed run begins elsewhere: 0 up to step 12, 0.15 at 13 to 19, 0.3 from 20 on.
  const healthy = judgedRun("healthy", 3, null, (step) => 0.1 * step);
  const collapsed = judgedRun("collapsed", 24, 20, (step) => (step < 13 ? 0.6 : step < 20 ? 0.75 : 0.9));

  it("compares every step with every step, by how far it is from the first of its run", () => {
    const { afterOnset, beforeOnset } = perStep("agreement", "up", [healthy, collapsed]);
    expect(afterOnset).toMatchObject({
      auroc: 1,
      collapsedSteps: 5,
      healthySteps: 3,
      interval: { low: 1, high: 1 },
    });
    // The ten steps before: three at 0 (a half of one comparison in three), seven at 0.15 (two in three).
    expect(LEAD_WINDOW).toBe(10);
    expect(beforeOnset).toMatchObject({ collapsedRuns: 1, healthyRuns: 1, collapsedSteps: 10 });
    expect(beforeOnset!.auroc).toBeCloseTo((3 * 0.5 + 7 * 2) / 30, 12);
    const down = perStep("agreement", "down", [healthy, collapsed]);
    expect(down.afterOnset!.auroc).toBe(0);
  });

  it("draws runs, not steps, for its interval", () => {
    const other = judgedRun("collapsed", 24, 20, () => 0.6);
    const { afterOnset } = perStep("agreement", "up", [healthy, collapsed, other]);
    // One run always wins, the other ties once in three.
    expect(afterOnset!.auroc).toBeCloseTo((1 + 1 / 6) / 2, 12);
    expect(afterOnset!.interval).toEqual({ low: expect.closeTo(1 / 6, 10), high: 1 });
  });

  it("is null without steps of either kind, and skips what is missing", () => {
    expect(perStep("agreement", "up", [healthy])).toMatchObject({ afterOnset: null, beforeOnset: null });
    expect(perStep("validation.mean", "up", [healthy, collapsed]).afterOnset).toBeNull();
    const early = judgedRun("collapsed", 24, 1, (step) => (step === 2 ? Number.NaN : 0.5));
    const { afterOnset, beforeOnset } = perStep("agreement", "up", [healthy, early]);
    expect([afterOnset!.collapsedSteps, beforeOnset]).toEqual([23, null]);
  });
});

describe("the certificate of matched pairs", () => {
  const pairOf = (collapsed: number, healthy: number, steps: number): Pair => ({
    collapsed: judgedRun("collapsed", steps, 2, () => collapsed).run,
    healthy: judgedRun("healthy", steps, null, () => healthy).run,
    steps,
    distance: Math.abs(collapsed - healthy),
  });

  it("is two one-sided tests of the mean difference, and of each step's", () => {
    // Differences 0.01, 0.02, 0.03: mean 0.02, standard error 0.01/√3; t = 0.03·√3/0.01 with 2 degrees of freedom.
    const { mean, stepsPassed, steps } = certify([
      pairOf(0.51, 0.5, 6),
      pairOf(0.52, 0.5, 6),
      pairOf(0.53, 0.5, 9),
    ])!;
    expect(mean.mean).toBeCloseTo(0.02, 10);
    const t = 3 * Math.sqrt(3);
    expect(mean.p).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 8);
    expect(mean).toMatchObject({ bound: 0.05, equivalent: true, n: 3 });
    // A single pair reaches steps 7 to 9: they are not tested.
    expect([stepsPassed, steps]).toEqual([6, 6]);
  });

  it("fails where the difference leaves the bound at some steps, or on the whole", () => {
    const apart: Pair[] = [1, 2, 3].map((seed) => ({
      ...pairOf(0.5, 0.5, 40),
      // Up by 0.15 in the last quarter: less than 0.04 on the mean, too much in each of these steps.
      collapsed: judgedRun("collapsed", 40, 2, (step) => 0.5 + 0.001 * seed + (step > 30 ? 0.15 : 0)).run,
    }));
    const found = certify(apart)!;
    expect(found.mean.equivalent).toBe(true);
    expect([found.stepsPassed, found.steps]).toEqual([31, 40]);
    expect(certify([pairOf(0.6, 0.5, 4), pairOf(0.61, 0.5, 4)])).toMatchObject({
      mean: { equivalent: false },
      stepsPassed: 0,
    });
    expect(certify([pairOf(0.5, 0.5, 4)])).toBeNull();
  });
});
