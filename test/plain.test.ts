/** Anything that data hold can be reported: as text and as JSON. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../src/cli/errors.js";
import { ProblemsError } from "../src/config/problems.js";
import { SelftrainError } from "../src/errors.js";
import { ExactNumber } from "../src/exact-number.js";
import { plain } from "../src/plain.js";

const problem = (found: unknown) => ({ code: "c", message: "m", found, remedy: "r" });

describe("plain", () => {
  it.each([
    [5n, 5],
    [2n ** 53n, "9007199254740992"],
    [
      [5n, { a: -7n }],
      [5, { a: -7 }],
    ],
    [new ExactNumber("1e400"), "1e400"],
    [Number.NaN, "NaN"],
    [[Number.NEGATIVE_INFINITY], ["-Infinity"]],
    [new Uint8Array(3), "3 bytes"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), null],
    [null, null],
    [undefined, undefined],
  ])("%s", (value, shown) => expect(plain(value)).toEqual(shown));

  it("ends where lists are nested without end", () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(JSON.stringify(plain(deep)).length).toBeLessThan(100);
  });

  it("leaves JSON as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(JSON.stringify(plain(json))).toBe(JSON.stringify(json));
      }),
    );
  });
});

describe("the report of an error", () => {
  it("holds whatever was found", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), (found) => {
        const error = new SelftrainError(problem(found));
        expect(() => JSON.stringify(error)).not.toThrow();
        expect(() => JSON.stringify(new ProblemsError([error, problem(found)]))).not.toThrow();
        expect(formatProblem(problem(found))).toContain("error[c]: m");
      }),
    );
  });

  it("shows integers of 64 bits as numbers, and no more of a long text than tells it", () => {
    expect(formatProblem(problem([5n]))).toContain("found     [5]\n");
    expect(formatProblem(problem("x".repeat(1000)))).toContain(`${"x".repeat(500)}… (1000 characters)`);
  });
});
