import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestSoFar } from "../../../src/core/curriculum/best-so-far.js";

const measured = (...values: number[]) => values.map((value, i) => ({ step: 5 * i, value }));
const rule = { patience: 2, minDelta: 0 };

describe("bestSoFar", () => {
  it("stops after so many evaluations without a new best", () => {
    expect(bestSoFar([], rule)).toBeNull();
    expect(bestSoFar(measured(0.5, 0.6, 0.6), rule)).toEqual({
      best: { step: 5, value: 0.6 },
      without: 1,
      stop: false,
    });
    expect(bestSoFar(measured(0.5, 0.6, 0.4, 0.6), rule)).toMatchObject({ best: { step: 5 }, stop: true });
    expect(bestSoFar(measured(0.5, 0.6, 0.4, 0.7), rule)).toMatchObject({ best: { step: 15 }, without: 0 });
  });

  it("takes a rise that is too small for none", () => {
    const fine = { patience: 2, minDelta: 0.05 };
    expect(bestSoFar(measured(0.5, 0.54, 0.58), fine)).toMatchObject({ best: { step: 10 }, stop: false });
    expect(bestSoFar(measured(0.5, 0.53, 0.54), fine)).toMatchObject({ best: { step: 0 }, stop: true });
  });

  it("names the earliest of the greatest where every rise counts", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<number>(0.1, 0.2, 0.3), { minLength: 1 }), (values) => {
        const found = bestSoFar(measured(...values), rule)!;
        const greatest: number = Math.max(...values);
        expect(found.best).toEqual({ step: 5 * values.indexOf(greatest), value: greatest });
        expect(found.without).toBe(values.length - 1 - values.indexOf(greatest));
      }),
    );
  });
});
