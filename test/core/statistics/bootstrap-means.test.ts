import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapMeans } from "../../../src/core/statistics/bootstrap-means.js";
import { Random } from "../../../src/random.js";

const normals = (prompts: number, seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: prompts }, () => [random.normal()]);
};

describe("bootstrapMeans", () => {
  it("gives the mean, inside its interval", () => {
    const row = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        bootstrapMeans(rows, { seed: 1, resamples: 50, level: 0.99 }).forEach(({ value, lo, hi }, m) => {
          expect(value).toBeCloseTo(rows.reduce((sum, r) => sum + r[m]!, 0) / rows.length, 12);
          expect(lo).toBeLessThanOrEqual(hi);
          expect(lo).toBeGreaterThanOrEqual(Math.min(...rows.map((r) => r[m]!)) - 1e-12);
          expect(hi).toBeLessThanOrEqual(Math.max(...rows.map((r) => r[m]!)) + 1e-12);
        });
      }),
    );
  });

  it("has no width for figures that are equal for all prompts", () => {
    expect(bootstrapMeans([[0.1], [0.1], [0.1]], { seed: 3 })).toEqual([
      { value: (0.1 + 0.1 + 0.1) / 3, lo: (0.1 + 0.1 + 0.1) / 3, hi: (0.1 + 0.1 + 0.1) / 3 },
    ]);
  });

  it("has the width that the normal approximation has", () => {
    const rows = normals(400, 7);
    const [estimate] = bootstrapMeans(rows, { seed: 0, resamples: 4000 });
    const mean = rows.reduce((sum, [x]) => sum + x!, 0) / rows.length;
    const std = Math.sqrt(rows.reduce((sum, [x]) => sum + (x! - mean) ** 2, 0) / rows.length);
    const half = (1.96 * std) / Math.sqrt(rows.length);
    expect(estimate!.lo).toBeGreaterThan(mean - 1.1 * half);
    expect(estimate!.lo).toBeLessThan(mean - 0.9 * half);
    expect(estimate!.hi).toBeLessThan(mean + 1.1 * half);
    expect(estimate!.hi).toBeGreaterThan(mean + 0.9 * half);
  });

  it("resamples prompts as whole rows: a figure and its copy have the same interval", () => {
    const rows = normals(30, 2).map(([x]) => [x!, x!, -x!]);
    const [a, b, negated] = bootstrapMeans(rows, { seed: 5 });
    expect(b).toEqual(a);
    expect(negated!.lo).toBeCloseTo(-a!.hi, 12);
  });

  it("defect 11: the seed is used, and decides everything", () => {
    const rows = normals(30, 2);
    expect(bootstrapMeans(rows, { seed: 1 })).toEqual(bootstrapMeans(rows, { seed: 1 }));
    expect(bootstrapMeans(rows, { seed: 1 })).not.toEqual(bootstrapMeans(rows, { seed: 2 }));
  });

  it.each([
    ["no prompts", []],
    ["ragged rows", [[1, 2], [1]]],
    ["NaN", [[1], [Number.NaN]]],
  ])("refuses %s", (_, rows) => {
    expect(() => bootstrapMeans(rows, { seed: 0 })).toThrow(
      expect.objectContaining({ code: "bootstrap-bad-data" }),
    );
  });
});
