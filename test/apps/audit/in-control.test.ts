/** The first step out of a band, on series whose change is planted. */
import { describe, expect, it } from "vitest";
import { leftBand } from "../../../src/apps/audit/analysis/in-control.js";
import { Random } from "../../../src/random.js";

const steps = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
/** Noise of ±0.05, and a level that changes at a step. */
function series(n: number, change: (step: number) => number, seed = 0): number[] {
  const random = new Random(seed);
  return steps(n).map((step) => 0.5 + change(step) + (random.next() - 0.5) / 10);
}

describe("leaving a band", () => {
  it.each([20, 40, 80])("is dated at a planted jump, at step %i of 100", (at) => {
    for (const [direction, sign] of [
      ["up", 1],
      ["down", -1],
    ] as const) {
      const found = leftBand(
        steps(100),
        series(100, (step) => (step >= at ? sign * 0.4 : 0)),
        "either",
      )!;
      expect(found.direction).toBe(direction);
      expect(Math.abs(found.step! - at)).toBeLessThanOrEqual(2);
    }
  });

  it("a move in the healthy direction is none, nor are two steps", () => {
    expect(
      leftBand(
        steps(60),
        series(60, (step) => (step > 30 ? -0.4 : 0)),
        "up",
      )!.step,
    ).toBeNull();
    expect(
      leftBand(
        steps(60),
        series(60, (step) => (step === 30 ? 0.2 : 0)),
        "up",
      )!.step,
    ).toBeNull();
  });

  it("noise alone leaves its band in few of 200 series", () => {
    const fired = Array.from(
      { length: 200 },
      (_, seed) =>
        leftBand(
          steps(100),
          series(100, () => 0, seed),
          "either",
        )!,
    );
    expect(fired.filter(({ step }) => step !== null).length).toBeLessThan(20);
  });

  it("what never moved at first leaves by no less than the least move", () => {
    const values = steps(40).map((step) => (step > 20 ? 0.01 : 0));
    expect(leftBand(steps(40), values, "up", 0.02)!.step).toBeNull();
    expect(leftBand(steps(40), values, "up", 0.005)!.step).toBe(22);
  });

  it("missing values are passed over, and too few are too few", () => {
    const values = series(60, (step) => (step >= 40 ? 0.4 : 0)).map((value, i) =>
      i % 3 === 0 ? Number.NaN : value,
    );
    expect(leftBand(steps(60), values, "up")!.step).toBeGreaterThanOrEqual(40);
    expect(
      leftBand(
        steps(10),
        series(10, () => 0),
        "up",
      ),
    ).toBeNull();
    expect(
      leftBand(
        steps(11),
        series(11, () => 0),
        "up",
      ),
    ).not.toBeNull();
  });
});
