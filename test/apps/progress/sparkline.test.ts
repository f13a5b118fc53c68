/** Rows of block characters: what stands for what, at any length. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sparkline } from "../../../src/apps/progress/sparkline.js";

it.each([
  [[], 10, ""],
  [[0.5], 10, "▅"],
  [[0, 1], 10, "▁█"],
  [[1, 0.5, 0], 10, "█▅▁"],
  // Noise of less than two hundredths is no course.
  [[0.5, 0.501, 0.5], 10, "▄▅▄"],
  [[0, 0, 1, 1], 2, "▁█"],
  [[0, 1], 0, ""],
])("of %j in %i characters is %j", (values, width, row) => {
  expect(sparkline(values, width)).toBe(row);
});

it("has a character a value, or as many as there is room for, each of the eight", () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 80 }), (own, width) => {
      const row = sparkline(own, width);
      expect(row).toHaveLength(Math.min(own.length, width));
      expect(row).toMatch(/^[▁▂▃▄▅▆▇█]+$/u);
    }),
  );
});
