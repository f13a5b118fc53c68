import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Slip, wrongNumber } from "../../../src/data/tasks/slip.js";
import { Random } from "../../../src/random.js";

describe("wrongNumber", () => {
  it("changes exactly one digit and neither the length nor the sign", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.nat(), (value, seed) => {
        const wrong = wrongNumber(value, new Random(seed));
        const [before, after] = [String(Math.abs(value)), String(Math.abs(wrong))];
        expect(after).toHaveLength(before.length);
        expect([...before].filter((digit, i) => digit !== after[i])).toHaveLength(1);
        expect(wrong === 0 || wrong < 0 === value < 0).toBe(true);
        expect(Object.is(wrong, -0)).toBe(false);
      }),
    );
  });

  it("reaches every wrong digit", () => {
    const reached = new Set(Array.from({ length: 500 }, (_, seed) => wrongNumber(42, new Random(seed))));
    expect([...reached].sort((a, b) => a - b)).toEqual([
      ...[12, 22, 32, 40, 41, 43, 44, 45, 46, 47, 48, 49],
      ...[52, 62, 72, 82, 92],
    ]);
  });
});

describe("Slip", () => {
  it("slips at its rate", () => {
    const slip = new Slip(0.2, new Random(1));
    const slipped = Array.from({ length: 5000 }, () => slip.number(57)).filter(
      (value) => value !== 57,
    ).length;
    // Binomial(5000, 0.2): standard deviation 28.
    expect(Math.abs(slipped - 1000)).toBeLessThan(140);
  });

  it("never slips at 0 and always at 1", () => {
    const [careful, careless] = [new Slip(0, new Random(1)), new Slip(1, new Random(1))];
    for (let i = 0; i < 100; i++) {
      expect(careful.number(i)).toBe(i);
      expect(careful.choice("a", ["a", "b"])).toBe("a");
      expect(careless.number(i)).not.toBe(i);
      expect(careless.digit(i % 3, 3)).not.toBe(i % 3);
      expect([0, 1, 2]).toContain(careless.digit(i % 3, 3));
      expect(careless.choice("a", ["a", "b"])).toBe("b");
      expect(["a", "b"]).toContain(careless.choice(undefined, ["a", "b"]));
    }
  });
});
