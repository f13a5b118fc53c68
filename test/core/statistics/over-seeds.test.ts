/** Means over seeds and their t intervals, against a textbook. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overSeeds } from "../../../src/core/statistics/over-seeds.js";
import { t975 } from "../../../src/core/statistics/student-t.js";

describe("a mean over seeds", () => {
  it("has the t interval of a textbook", () => {
    // Mean 5, standard deviation 1, so that the half width is t/√5 with 4 degrees of freedom.
    const values = [5 - Math.SQRT2, 5, 5, 5, 5 + Math.SQRT2];
    const { mean, half, n } = overSeeds(values)!;
    expect([mean, n]).toEqual([5, 5]);
    expect(half).toBeCloseTo(2.7764 / Math.sqrt(5), 4);
  });

  it("has no interval of one value, and none of none", () => {
    expect(overSeeds([3])).toEqual({ mean: 3, half: null, n: 1 });
    expect(overSeeds([])).toBeNull();
  });

  it.each([
    [21, 2.0796],
    [30, 2.0423],
    [60, 2.0003],
    [120, 1.9799],
  ])("has the quantile of %i degrees of freedom, beyond the table", (freedom, expected) => {
    expect(t975(freedom)).toBeCloseTo(expected, 4);
  });

  it("falls with the degrees of freedom, across the end of the table", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), (freedom) => t975(freedom + 1) < t975(freedom)));
  });
});
