/** Garwood's bounds of a count, against his table. */
import { describe, expect, it } from "vitest";
import { lowerMean, poissonBelow, upperMean } from "../../../src/core/statistics/poisson.js";

describe("bounds of a Poisson mean", () => {
  it.each([
    [0, 0, 3.6889],
    [1, 0.0253, 5.5716],
    [5, 1.6235, 11.6683],
    [10, 4.7954, 18.3904],
    [50, 37.1112, 65.9186],
  ])("of %i events are the central 95%% of the table", (count, low, high) => {
    expect(lowerMean(count, 0.025)).toBeCloseTo(low, 3);
    expect(upperMean(count, 0.025)).toBeCloseTo(high, 3);
  });

  it("of no event are the rule of three", () => {
    expect(upperMean(0, 0.05)).toBeCloseTo(-Math.log(0.05), 10);
  });

  it("come from a sum that is right by hand", () => {
    expect(poissonBelow(2, 1)).toBeCloseTo((1 + 1 + 1 / 2) / Math.E, 12);
    expect(poissonBelow(0, 2)).toBeCloseTo(Math.exp(-2), 12);
  });
});
