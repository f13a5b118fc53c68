/** The tail of Student's t against its closed forms, and two one-sided tests by hand. */
import { describe, expect, it } from "vitest";
import { equivalence } from "../../../src/core/statistics/equivalence.js";
import { t975, tTail } from "../../../src/core/statistics/student-t.js";

describe("the tail of Student's t", () => {
  it("is that of the closed forms of 1, 2 and 3 degrees of freedom", () => {
    for (const t of [0, 0.3, 1, 4]) {
      expect(tTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
      expect(tTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 12);
      const x = t / Math.sqrt(3);
      expect(tTail(t, 3)).toBeCloseTo(0.5 - (x / (1 + x * x) + Math.atan(x)) / Math.PI, 12);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 9, 10, 19, 20, 30, 61])(
    "leaves 2.5%% above the quantile of %i degrees",
    (freedom) => {
      expect(tTail(t975(freedom), freedom)).toBeCloseTo(0.025, 5);
      expect(tTail(-t975(freedom), freedom)).toBeCloseTo(0.975, 5);
    },
  );
});

describe("equivalence with 0", () => {
  it("is two tests of which the worse counts", () => {
    // Mean 0.01, standard error 0.01 of 3 values: t = (0.05 − 0.01)/0.01 = 4 with 2 degrees of freedom.
    const spread = 0.01 * Math.sqrt(3);
    const values = [0.01 - spread, 0.01, 0.01 + spread];
    const found = equivalence(values, 0.05)!;
    expect(found.mean).toBeCloseTo(0.01, 12);
    expect(found.half).toBeCloseTo(0.043027, 6);
    expect(found.p).toBeCloseTo(0.5 - 2 / Math.sqrt(18), 10);
    expect(found).toMatchObject({ bound: 0.05, equivalent: true, n: 3 });
    expect(
      equivalence(
        values.map((value) => -value),
        0.05,
      )!.p,
    ).toBeCloseTo(found.p, 10);
    // t = 1 leaves 21%.
    expect(equivalence(values, 0.02)).toMatchObject({ equivalent: false });
  });

  it("is not shown by values beyond the bound, nor by one value", () => {
    expect(equivalence([0.1, 0.1], 0.05)).toMatchObject({ p: 1, equivalent: false });
    expect(equivalence([0.01, 0.01], 0.05)).toMatchObject({ p: 0, equivalent: true });
    expect(equivalence([0.06, 0.08, 0.07], 0.05)!.p).toBeGreaterThan(0.5);
    expect(equivalence([0], 0.05)).toBeNull();
  });
});
