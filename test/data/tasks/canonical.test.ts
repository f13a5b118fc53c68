import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalChain } from "../../../src/data/tasks/calculator-chain.js";
import { canonicalInteger, canonicalIntegers } from "../../../src/data/tasks/canonical.js";
import { listTasks } from "../../../src/data/tasks/registry.js";

describe("canonicalInteger", () => {
  it.each([
    ["7", "7"],
    ["007", "7"],
    ["00", "0"],
    ["-0", "0"],
    ["-012", "-12"],
    [" 12 ", "12"],
    ["90071992547409930000001", "90071992547409930000001"],
    ["", null],
    ["-", null],
    ["1.5", null],
    ["12,0", null],
    ["1 2", null],
  ])("%j → %j", (text, canonical) => {
    expect(canonicalInteger(text)).toBe(canonical);
  });
});

describe("canonicalIntegers", () => {
  it.each([
    ["03,7", "3,7"],
    ["3,,7", null],
    ["", null],
  ])("%j → %j", (text, canonical) => {
    expect(canonicalIntegers(text, ",")).toBe(canonical);
  });
});

describe("canonicalChain", () => {
  it.each([
    ["3*25+7", "25*3+7"],
    ["7-2+30", "30+7-2"],
    ["7-30+2", "7+2-30"],
    ["3+7*25", "7+3*25"],
    ["2*10*5-1-3", "10*5*2-3-1"],
    ["007+3", "7+3"],
    ["5", "5"],
    ["5+", null],
    ["-5+3", null],
    ["", null],
  ])("%j → %j", (text, canonical) => {
    expect(canonicalChain(text)).toBe(canonical);
  });

  const chain = fc
    .tuple(fc.nat(99), fc.array(fc.tuple(fc.constantFrom("+", "-", "*"), fc.nat(99)), { maxLength: 6 }))
    .map(([head, rest]) => head + rest.map(([operator, operand]) => operator + operand).join(""));

  it("keeps the value and is idempotent", () => {
    const value = (text: string) =>
      [...text.matchAll(/([-+*]?)(\d+)/g)].reduce((made, [, operator, digits]) => {
        const operand = BigInt(digits as string);
        return operator === "*" ? made * operand : operator === "-" ? made - operand : made + operand;
      }, 0n);
    fc.assert(
      fc.property(chain, (text) => {
        const canonical = canonicalChain(text) as string;
        expect(value(canonical)).toBe(value(text));
        expect(canonicalChain(canonical)).toBe(canonical);
      }),
    );
  });
});

describe("every task's canonicalise", () => {
  it("is idempotent on any text", () => {
    const characters = fc.constantFrom(..."0123456789,/+-* x");
    const text = fc.string({ unit: characters, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...listTasks()), text, (task, answer) => {
        const canonical = task.canonicalise(answer);
        expect(canonical === null || task.canonicalise(canonical) === canonical).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
