/** Numbers as data write them: none becomes another. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExactNumber, exactNumber, mayBeRounded } from "../src/exact-number.js";

describe("exactNumber", () => {
  it.each([
    ["9007199254740991", 9007199254740991],
    ["-7", -7],
    ["1e22", 1e22],
    ["6.02E+23", 6.02e23],
    ["0.1", 0.1],
    ["0.10", 0.1],
    ["100000000000000000000", 1e20],
    ["-0", -0],
    ["0.000e-999", 0],
    ["0.30000000000000004", 0.1 + 0.2],
    ["5e-324", 5e-324],
  ])("leaves %s a double", (written, number) => expect(exactNumber(written)).toBe(number));

  it.each([
    ["9007199254740993", "9007199254740993"],
    // Even ones have a double of their own, but so has their neighbour.
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["9007199254740993.0", "9007199254740993"],
    ["9.007199254740993e15", "9007199254740993"],
    ["900719925474099300e-2", "9007199254740993"],
    ["1152921504606846976", "1152921504606846976"],
    ["123456789012345678901", "123456789012345678901"],
    ["0.12345678901234567890", "0.1234567890123456789"],
    ["1e400", "1e400"],
    ["10.0E399", "1e400"],
    ["-1.5e-400", "-1.5e-400"],
    ["1e100000000000000000000", "1e100000000000000000000"],
    ["1e99999999999999999999", "1e99999999999999999999"],
  ])("keeps %s, in one text for all ways to write it", (written, text) => {
    expect(exactNumber(written)).toEqual(new ExactNumber(text));
  });

  it("gives two decimals one text where they are one number, and there alone", () => {
    const decimal = fc.record({
      digits: fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }),
      exponent: fc.integer({ min: -25, max: 25 }),
    });
    const written = ({ digits, exponent }: { digits: bigint; exponent: number }) => `${digits}e${exponent}`;
    const value = ({ digits, exponent }: { digits: bigint; exponent: number }) =>
      digits * 10n ** BigInt(exponent + 25);
    const text = (number: { digits: bigint; exponent: number }) =>
      String(Object.is(exactNumber(written(number)), -0) ? 0 : exactNumber(written(number)));
    // Neighbours, and the same number written in another way, are the cases that matter.
    const other = fc.oneof(
      fc.constant({ by: 1n, shift: 0 }),
      fc.constant({ by: 0n, shift: 1 }),
      fc.constant({ by: 0n, shift: 2 }),
    );
    fc.assert(
      fc.property(decimal, other, (a, { by, shift }) => {
        const b = { digits: a.digits * 10n ** BigInt(shift) + by, exponent: a.exponent - shift };
        if (b.exponent < -25) return;
        expect(text(a) === text(b)).toBe(value(a) === value(b));
      }),
      { numRuns: 1000 },
    );
  });
});

it.each([
  [2 ** 53, true],
  [-(2 ** 53), true],
  [2 ** 60, true],
  [2 ** 53 - 1, false],
  [1e22, false],
  [6.02214076e23, false],
  [0.1 + 0.2, false],
  [Number.POSITIVE_INFINITY, false],
])("mayBeRounded %d: %s", (number, rounded) => expect(mayBeRounded(number)).toBe(rounded));
