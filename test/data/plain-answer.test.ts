import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalPlainAnswer } from "../../src/data/plain-answer.js";

describe("canonicalPlainAnswer", () => {
  it.each([
    [" +007.50 ", "7.5"],
    ["-0", "0"],
    ["-0.0", "0"],
    ["-00.10", "-0.1"],
    ["1.000", "1"],
    ["100", "100"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["1/2", "1/2"],
    [" x + 1 ", "x + 1"],
    ["  ", null],
  ])("%j → %j", (text, canonical) => {
    expect(canonicalPlainAnswer(text)).toBe(canonical);
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.+- a"), maxLength: 8 }), (text) => {
        const canonical = canonicalPlainAnswer(text);
        expect(canonical === null || canonicalPlainAnswer(canonical) === canonical).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
