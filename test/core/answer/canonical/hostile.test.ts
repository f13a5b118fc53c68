/** Texts that are meant to stall, to exhaust or to crash: each is answered, in bounded time and memory. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { hostileAnswers } from "../adversarial-texts.js";
import { busyTime } from "../busy-time.js";
import { runs } from "./runs.js";

const many = (text: string, times: number) => text.repeat(times);

describe("hostile texts", () => {
  it.each(hostileAnswers)("%s", (_, text) => {
    expect(canonicalise(text)?.key.length ?? 0).toBeLessThan(1100);
  });

  it.each([
    ["NaN", "text:nan"],
    ["Infinity", "∞"],
    ["-Infinity", "-∞"],
    ["-0", "0"],
    ["0/0", "text:0/0"],
  ])("%s is %s", (text, key) => {
    expect(canonicalise(text)?.key).toBe(key);
  });

  it("keeps no memory of what it read", () => {
    const before = process.memoryUsage().heapUsed;
    for (let k = 0; k < 300; k++) canonicalise(`${many(String(k % 10), 20_000)}${many("x", 20_000)}`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 2 ** 20);
  });

  it("never throws", () => {
    const command = fc.stringMatching(/^\\[a-z]{1,6}\{?$/);
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      command,
      fc.constantFrom("{", "}", "^", "_", "&", "\\\\", "1", "x", "|"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const form = canonicalise(parts.join(""));
        if (form !== null) expect(form.key).not.toBe("");
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe("time", () => {
  const baits = [
    " ",
    "a",
    ".",
    "!. ",
    "the ",
    "1,",
    "\\(",
    "\\",
    "{",
    "$",
    "~",
    "(",
    "''",
    "\\text{a}",
    "1 ",
    ",",
    "-",
    "\n",
    "%",
  ];

  const timeOf = (text: string) => busyTime(() => canonicalise(text));

  it.each(baits)("grows in proportion to the length: %j", (bait) => {
    const sized = (length: number) => `x${many(bait, Math.floor(length / bait.length))}y`;
    const [short, long] = [timeOf(sized(2400)), timeOf(sized(19_200))];
    // Eight times the length takes 64 times as long where time is quadratic.
    expect(long).toBeLessThan(25 * short + 5);
  });
});
