/** JSON whose numbers are kept, and which is otherwise read as `JSON.parse` reads it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/data/table/exact-json.js";
import { scalarText } from "../../../src/data/table/scalar.js";
import { ExactNumber } from "../../../src/exact-number.js";

const exact = (text: string) => new ExactNumber(text);

describe("parseJson", () => {
  it.each([
    ["9007199254740993", exact("9007199254740993")],
    [
      '{"a": [1, 9007199254740993 , {"b":-1e400}], "c": 1e-400}',
      {
        a: [1, exact("9007199254740993"), { b: exact("-1e400") }],
        c: exact("1e-400"),
      },
    ],
    ['"9007199254740993"', "9007199254740993"],
    ['{"9007199254740993": 1}', { "9007199254740993": 1 }],
    [
      '["\\"", 9007199254740993, "\\\\", 9007199254740993, "\\\\\\" 9007199254740993"]',
      ['"', exact("9007199254740993"), "\\", exact("9007199254740993"), '\\" 9007199254740993'],
    ],
    ['{"a": 1, "a": 9007199254740993}', { a: exact("9007199254740993") }],
    ["[0.5, 123456789.25, true, null]", [0.5, 123456789.25, true, null]],
  ])("%s", (text, value) => expect(parseJson(text)).toEqual(value));

  it("keeps what names itself a prototype an own property", () => {
    const parsed = parseJson('{"__proto__": {"a": 9007199254740993}}') as object;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.keys(parsed)).toEqual(["__proto__"]);
  });

  it("is JSON.parse for whatever JavaScript writes as JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const rounded = (item: unknown): unknown =>
          item instanceof ExactNumber
            ? Number(item.text)
            : Array.isArray(item)
              ? item.map(rounded)
              : typeof item === "object" && item !== null
                ? Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, rounded(inner)]))
                : item;
        expect(rounded(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("keeps every integer, wherever it stands", () => {
    const integer = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    const text = fc.string({ unit: fc.constantFrom('"', "\\", "9", "1", "e", "-", ":", ",") });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, integer)), (pairs) => {
        const written = `[${pairs.map(([key, n]) => `{${JSON.stringify(key)}: ${n}}`).join(",")}]`;
        const read = parseJson(written) as Record<string, number | ExactNumber>[];
        expect(
          read.map((row) => Object.entries(row).map(([key, n]) => [key, BigInt(scalarText(n)!)])),
        ).toEqual(pairs.map(([key, n]) => [[key, n]]));
      }),
    );
  });

  it.each(["{", "[9007199254740993", "9007199254740993x", '"9007199254740993'])("refuses %s", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
