/** Steps that a run has lost, and how they are said. */

import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapsOf, missingSteps, stepList, stepsWithRollouts } from "../../src/run/gaps.js";
import { writeRollouts } from "../../src/run/rollouts.js";
import { record, rows } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();

describe("missingSteps", () => {
  it("are those without a line of a step, whatever was measured of them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), (lost) => {
        const kept = Array.from({ length: 12 }, (_, i) => i + 1).filter((step) => !lost.includes(step));
        const records = [...kept.map((step) => record(step)), record(lost[0] ?? 1, { kind: "eval" })];
        expect(missingSteps(records, 12)).toEqual([...lost].sort((a, b) => a - b));
      }),
    );
  });
});

describe("stepsWithRollouts", () => {
  const rounds = [1, 1, 1, 2, 2, 3].map((round, i) => record(i + 1, { metrics: { round } }));

  it.each([
    ["train", [1, 2, 3, 4, 5]],
    ["finetune", [1, 4]],
    ["pretrain", []],
    ["reward-model", []],
  ] as const)("of a %s run", (kind, steps) => {
    expect(stepsWithRollouts(kind, rounds, 5)).toEqual(steps);
  });
});

describe("gapsOf", () => {
  it("takes rollouts that are one step ahead of the metrics for what a kill leaves", async () => {
    fs.mkdirSync(join(temporary.path, "rollouts"));
    for (const step of [1, 2, 3, 4])
      await writeRollouts(join(temporary.path, "rollouts"), step, rows(step, 1));
    const of = (...steps: number[]) =>
      gapsOf(
        temporary.path,
        "train",
        steps.map((step) => record(step)),
      );
    expect(of(1, 2, 3)).toEqual({ metrics: [], rollouts: [], probes: [] });
    expect(of(1, 2)).toEqual({ metrics: [3], rollouts: [], probes: [] });
    expect(of(1, 3, 4, 5)).toEqual({ metrics: [2], rollouts: [5], probes: [] });
    fs.mkdirSync(join(temporary.path, "checkpoints/step-000006"), { recursive: true });
    expect(of(1, 2, 3, 4).metrics).toEqual([5, 6]);
    fs.rmSync(join(temporary.path, "checkpoints"), { recursive: true });
    expect(gapsOf(temporary.path, null, [record(2)])).toEqual({ metrics: [1], rollouts: [], probes: [] });
  });
});

describe("stepList", () => {
  it.each([
    [[3], "step 3"],
    [[1, 2, 3], "steps 1-3"],
    [[1, 3, 4, 9], "steps 1, 3-4, 9"],
  ])("%j is %s", (steps, text) => {
    expect(stepList(steps)).toBe(text);
  });
});
