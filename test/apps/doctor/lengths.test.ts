import fc from "fast-check";
import { expect, it } from "vitest";
import { Lengths } from "../../../src/apps/doctor/lengths.js";

it("says of lengths what sorting them says, and keeps the places of the longest", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 200 }), fc.nat(30), (values, limit) => {
      const lengths = new Lengths();
      for (const [i, value] of values.entries()) lengths.add(value, `f:${i}`);
      const sorted = [...values].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
      expect(lengths.summary()).toEqual({
        min: sorted[0],
        median: at(0.5),
        p95: at(0.95),
        max: sorted.at(-1),
      });
      expect(lengths.countAbove(limit)).toBe(values.filter((value) => value > limit).length);
      expect(lengths.longest.map(({ length }) => length)).toEqual(sorted.slice(-5).reverse());
      for (const { length, where } of lengths.longest) expect(values[Number(where.slice(2))]).toBe(length);
    }),
  );
});

it("has nothing to say of none", () => {
  expect(new Lengths().summary()).toBeNull();
});
