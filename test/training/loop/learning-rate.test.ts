import { describe, expect, it } from "vitest";
import { learningRateAt } from "../../../src/training/loop/learning-rate.js";

const rates = (decay: "constant" | "cosine" | "linear", steps: number, warmupSteps: number) =>
  Array.from({ length: steps }, (_, i) => learningRateAt(i + 1, { peak: 1, steps, warmupSteps, decay }));

const expectClose = (found: readonly number[], expected: readonly number[]) => {
  expect(found.length).toBe(expected.length);
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12);
};

describe("learningRateAt", () => {
  it("rises in a straight line to the peak, at the last step of the warm-up", () => {
    expectClose(rates("constant", 6, 4), [0.25, 0.5, 0.75, 1, 1, 1]);
    for (const decay of ["cosine", "linear"] as const)
      expectClose(rates(decay, 6, 4).slice(0, 4), [0.25, 0.5, 0.75, 1]);
  });

  it("stays at the peak without a warm-up or a decay", () => {
    expectClose(rates("constant", 3, 0), [1, 1, 1]);
  });

  it("falls so that it would reach 0 one step after the last, which still trains", () => {
    expectClose(rates("linear", 5, 2), [0.5, 1, 0.75, 0.5, 0.25]);
    expectClose(rates("cosine", 5, 2), [0.5, 1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2]);
    for (const decay of ["cosine", "linear"] as const) {
      const all = rates(decay, 40, 0);
      expect(all.at(-1)).toBeGreaterThan(0);
      expect([...all].sort((a, b) => b - a)).toEqual(all);
    }
  });

  it("scales with the peak, and warms up for as long as it is told, past the end too", () => {
    const schedule = { peak: 3e-4, steps: 4, warmupSteps: 10, decay: "cosine" } as const;
    expect(learningRateAt(4, schedule)).toBeCloseTo(1.2e-4, 12);
    expect(learningRateAt(10, schedule)).toBeCloseTo(3e-4, 12);
  });
});
