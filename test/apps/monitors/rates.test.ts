/** Error rates and the choice among rules, by hand. */
import { describe, expect, it } from "vitest";
import { bestOf, chooseSet, unionAlarms } from "../../../src/apps/monitors/choose.js";
import type { Outcome } from "../../../src/apps/monitors/outcome.js";
import { rateOf, scoreOf, spreadOf } from "../../../src/apps/monitors/rates.js";
import type { JudgedRun } from "../../../src/apps/monitors/replay-monitors.js";
import { runOf } from "./synthetic.js";

const run = (
  arm: string,
  task: string,
  state: Outcome["state"],
  onset: number | null,
  width: number | null = null,
): JudgedRun => ({
  run: runOf({ steps: 2, name: { arm, task } }),
  outcome: { state, onset, width, found: 0, start: 0, peak: 0, end: 0 },
});

const RUNS = [
  run("srt", "a", "collapsed", 20, 10),
  run("srt", "b", "collapsed", 30, 5),
  run("srt", "b", "collapsed", 10),
  run("fast", "b", "collapsed", 40, 4),
  run("truth", "a", "healthy", null),
  run("truth", "b", "healthy", null),
  run("truth", "b", "undecided", null),
];

describe("rates", () => {
  it("have exact bounds", () => {
    expect(rateOf(20, 20)).toMatchObject({ share: 1, high: 1, atMost: 1 });
    expect(rateOf(20, 20).low).toBeCloseTo(0.025 ** (1 / 20), 8);
    // None of 29 shows 10% at the one-sided 95%, none of 28 does not.
    expect(rateOf(0, 29).atMost).toBeLessThan(0.1);
    expect(rateOf(0, 28).atMost).toBeGreaterThan(0.1);
    expect(rateOf(5, 10).low).toBeCloseTo(0.1871, 4);
    expect(rateOf(5, 10).high).toBeCloseTo(0.8129, 4);
    expect(rateOf(0, 0)).toMatchObject({ share: null, low: 0, high: 1 });
  });

  it("count each run once, those that are late apart, and the undecided nowhere", () => {
    // Leads: 15 steps (1.5 widths), −3 (−0.6), none, 0 (0).
    const score = scoreOf("rule", RUNS, [5, 33, null, 40, 7, null, 3]);
    expect(score.caught).toMatchObject({ count: 3, of: 4 });
    expect(score.caughtBefore).toMatchObject({ count: 1, of: 4 });
    expect(score.falseAlarms).toMatchObject({ count: 1, of: 2 });
    expect(score.leadSteps).toEqual({ median: 0, low: -1.5, high: 7.5 });
    expect(score.leadWidths).toEqual({ median: 0, low: -0.3, high: 0.75 });
    expect(score.leadPositive).toBeCloseTo(1 / 3, 12);
    expect(score.byArm).toEqual({
      fast: { collapsed: 1, caught: 1, caughtBefore: 0, healthy: 0, falseAlarms: 0 },
      srt: { collapsed: 3, caught: 2, caughtBefore: 1, healthy: 0, falseAlarms: 0 },
      truth: { collapsed: 0, caught: 0, caughtBefore: 0, healthy: 2, falseAlarms: 1 },
    });
    expect(score.byTask.a).toEqual({ collapsed: 1, caught: 1, caughtBefore: 1, healthy: 1, falseAlarms: 1 });
  });

  it("say nothing of no runs and no alarms", () => {
    expect(spreadOf([])).toBeNull();
    const score = scoreOf("rule", [], []);
    expect(score).toMatchObject({ leadSteps: null, leadWidths: null, leadPositive: null, byArm: {} });
    expect(score.caught.share).toBeNull();
  });
});

describe("choosing", () => {
  const rule = (name: string, ...alarms: (number | null)[]) => ({ name, alarms: [...alarms, null] });
  const early = rule("early", 5, null, null, null, null, null);
  const other = rule("other", null, 3, null, 50, null, null);
  const late = rule("late", 25, 35, 15, 45, null, null);
  const noisy = rule("noisy", 1, 1, 1, 1, 1, null);
  const silent = rule("silent", null, null, null, null, null, null);

  it("takes what catches most before the onset within the budget", () => {
    expect(bestOf([silent, late, early, noisy], RUNS, 0)?.candidate).toBe(early);
    // One of two healthy runs is half of them.
    expect(bestOf([silent, late, early, noisy], RUNS, 0.5)?.candidate).toBe(noisy);
    expect(bestOf([silent, late, early, noisy], RUNS, 0.49)?.candidate).toBe(early);
    expect(bestOf([silent], RUNS, 1)).toBeNull();
    expect(bestOf([], RUNS, 1)).toBeNull();
  });

  it("takes the first of equals", () => {
    const twin = { ...early, name: "twin" };
    expect(bestOf([early, twin], RUNS, 0)?.candidate).toBe(early);
    expect(bestOf([twin, early], RUNS, 0)?.candidate).toBe(twin);
  });

  it("adds a rule as long as one catches more before the onset", () => {
    const chosen = chooseSet([early, other, late, noisy], RUNS, 0, 3)!;
    expect(chosen.members.map(({ name }) => name)).toEqual(["other", "early"]);
    expect(chosen.score.caughtBefore.count).toBe(2);
    expect(chooseSet([early, other], RUNS, 0, 1)!.members).toEqual([other]);
    expect(chooseSet([silent], RUNS, 0, 3)).toBeNull();
    expect(unionAlarms([early, other])).toEqual([5, 3, null, 50, null, null, null]);
  });
});
