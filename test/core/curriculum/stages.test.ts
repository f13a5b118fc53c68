import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StageRule, stageStarts } from "../../../src/core/curriculum/stages.js";

const rule = { stages: 3, threshold: 0.8, window: 2 };

describe("stageStarts", () => {
  it("begins the next stage when the mean over the window reaches the threshold, and counts anew", () => {
    expect(stageStarts([], rule)).toEqual([0]);
    expect(stageStarts([0.9], rule)).toEqual([0]);
    expect(stageStarts([0.5, 0.9], rule)).toEqual([0]);
    expect(stageStarts([0.5, 0.9, 0.7], rule)).toEqual([0, 3]);
    // Steps of the stage before do not count for the next.
    expect(stageStarts([0.9, 0.9, 0.9], rule)).toEqual([0, 2]);
    expect(stageStarts([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], rule)).toEqual([0, 2, 4]);
  });

  it("goes on after maxSteps in any case, but not beyond the last stage", () => {
    expect(stageStarts(Array(10).fill(0.1), { ...rule, maxSteps: 3 })).toEqual([0, 3, 6]);
    expect(stageStarts(Array(10).fill(0.1), rule)).toEqual([0]);
  });

  it("takes a step without the metric for one that did not reach it", () => {
    expect(stageStarts([1, null, 1, 1], rule)).toEqual([0, 4]);
  });

  it("never takes back a stage that has begun: it is a state", () => {
    const value = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    const anyRule: fc.Arbitrary<StageRule> = fc.record({
      stages: fc.integer({ min: 2, max: 5 }),
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
      window: fc.integer({ min: 1, max: 4 }),
      maxSteps: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), anyRule, fc.nat(40), (values, own, cut) => {
        const all = stageStarts(values, own);
        const before = stageStarts(values.slice(0, cut), own);
        expect(all.slice(0, before.length)).toEqual(before);
        expect(before).toEqual(all.filter((start) => start <= Math.min(cut, values.length)));
        expect(all.length).toBeLessThanOrEqual(own.stages);
        for (let i = 1; i < all.length; i++) {
          const length = all[i]! - all[i - 1]!;
          expect(length).toBeGreaterThanOrEqual(Math.min(own.window, own.maxSteps ?? own.window));
          expect(length).toBeLessThanOrEqual(own.maxSteps ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});
