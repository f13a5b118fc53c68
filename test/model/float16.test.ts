import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Narrow,
  narrowBfloat16,
  narrowFloat16,
  type Widen,
  widenBfloat16,
  widenFloat16,
} from "../../src/model/float16.js";

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);
const toFloat = (widen: Widen, half: number) => {
  bits[0] = widen(half);
  return single[0]!;
};
const toHalf = (narrow: Narrow, value: number) => {
  single[0] = value;
  return narrow(bits[0]!);
};

describe.each([
  ["float16", widenFloat16, narrowFloat16, 0x7c00],
  ["bfloat16", widenBfloat16, narrowBfloat16, 0x7f80],
] as const)("%s", (_, widen, narrow, infinity) => {
  it("comes back from single precision as it went, every value", () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = toFloat(widen, half);
      if (Number.isNaN(value)) expect(toFloat(widen, toHalf(narrow, value))).toBeNaN();
      else expect(toHalf(narrow, value)).toBe(half);
    }
  });

  it("rounds to the nearest, ties to even", () => {
    // Positive halves are in the order of their bits; the midpoint of two neighbours is exact in single precision.
    for (let half = 0; half < infinity - 1; half++) {
      const low = toFloat(widen, half);
      const high = toFloat(widen, half + 1);
      const middle = low / 2 + high / 2;
      const even = half % 2 === 0 ? half : half + 1;
      if (Math.fround(middle) === middle) expect(toHalf(narrow, middle)).toBe(even);
      expect(toHalf(narrow, -middle) & 0x7fff).toBe(toHalf(narrow, middle));
    }
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const half = toHalf(narrow, value);
        if ((half & 0x7fff) >= infinity) return;
        const error = Math.abs(toFloat(widen, half) - value);
        for (const other of [half - 1, half + 1]) {
          const there = toFloat(widen, other & 0xffff);
          if (Number.isFinite(there)) expect(error).toBeLessThanOrEqual(Math.abs(there - value));
        }
      }),
    );
  });

  it("overflows to infinity", () => {
    expect(toHalf(narrow, 3.4e38)).toBe(infinity);
    expect(toHalf(narrow, -Infinity)).toBe(infinity | 0x8000);
  });
});
