import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secondsLeft, typicalDuration } from "../../../src/apps/progress/eta.js";

describe("typicalDuration", () => {
  it("is unknown before the first step", () => expect(typicalDuration([])).toBeNull());

  it("forgets a freak", () => {
    expect(typicalDuration([2, 2, 2, 2, 3600])).toBeCloseTo((8 + 6) / 5);
  });

  it("feels what comes every few steps", () => {
    expect(typicalDuration([1, 1, 2, 1, 1, 2])).toBeCloseTo(8 / 6);
  });

  it("follows the latest steps", () => {
    expect(typicalDuration([...Array(100).fill(9), ...Array(30).fill(1)])).toBe(1);
  });

  it("lies within the durations", () => {
    const durations = fc.array(fc.double({ min: 0.001, max: 1e4, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(durations, (list) => {
        const typical = typicalDuration(list) as number;
        expect(typical).toBeGreaterThan(0);
        expect(typical).toBeLessThanOrEqual(Math.max(...list) * (1 + 1e-9));
      }),
    );
  });
});

describe("secondsLeft", () => {
  it("counts the steps left, less what the current one has taken", () => {
    expect(secondsLeft([2, 2], 5, 0.5)).toBe(9.5);
  });

  it("does not let a slow step eat those after it", () => expect(secondsLeft([2, 2], 5, 60)).toBe(8));

  it("ends at zero", () => expect(secondsLeft([2, 2], 0, 1)).toBe(0));
});
