/** Texts that are meant to stall, to exhaust or to crash: each is answered, in bounded time and memory. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../src/answer/canonical/index.js";

const many = (text: string, times: number) => text.repeat(times);

const hostile: readonly (readonly [string, string])[] = [
  ["a tower of powers", "9^{9^{9^{9^{9}}}}"],
  ["a tower without braces", many("9^", 500) + 9],
  ["a tower of brackets", "((((9^9)^9)^9)^9)^9"],
  ["a huge factorial", "(10^9)!"],
  ["a factorial of a factorial", "((3!)!)!"],
  ["many factorials", `500!${many("+499!", 150)}`],
  ["many binomials", many("\\binom{500}{250}", 110)],
  ["a huge binomial", "\\binom{10^9}{5\\cdot 10^8}"],
  ["a huge exponent", "x^{1000000000}"],
  ["an endless exponent", `x^{${many("9", 300)}}`],
  ["exponentials", "e^{e^{e^{e^{10}}}}"],
  ["a huge literal", "1e9999"],
  ["a million digits", many("9", 1e6)],
  ["a million letters", many("a", 1e6)],
  ["a million blanks", `${many(" ", 1e6)}x`],
  ["a million commas", many("1,", 5e5)],
  ["articles", many("the ", 4990)],
  ["punctuation", many(". !", 6000)],
  ["nested braces", many("{", 1e5) + 1 + many("}", 1e5)],
  ["nested brackets", many("(", 900) + 1 + many(")", 900)],
  ["open braces", many("{", 1900)],
  ["unbalanced LaTeX", "\\frac{1}{2"],
  ["nested fractions", `${many("\\frac{1}{1+", 170)}x${many("}", 170)}`],
  ["nested roots", `${many("\\sqrt{2+", 200)}2${many("}", 200)}`],
  ["signs", `${many("-", 1900)}1`],
  ["alternatives", `${many("\\pm", 600)}1`],
  ["bars", `${many("|", 900)}x${many("|", 900)}`],
  ["control characters", "\u0000\u0001\u0007 5 \u001b[31m"],
  ["text from right to left", "\u202e12345\u202c الإجابة هي ٥"],
  ["a lone surrogate", "\ud800"],
  ["lone surrogates", many("\ud83d", 5000)],
  ["\\input", "\\input{/etc/passwd}"],
  ["a macro", "\\def\\a{\\a\\a}\\a"],
  ["\\(", many("\\(", 30_000)],
  ["\\( as mathematics", many("\\(", 900)],
  ["\\text", many("\\text{", 300)],
  ["\\mathrm", many("\\mathrm{2}", 190)],
  ["environments", many("\\begin{array}", 150)],
  ["backslashes", many("\\", 19_000)],
  ["bait for regular expressions", `${many("a", 15_000)}!`],
  ["groups of digits", many("1,234", 300)],
  ["zeros", `0.${many("0", 1900)}1`],
  ["nested sums", `${many("\\sum_{k=1}^{99}", 10)}k`],
  ["a sine of a large number", "\\sin(10^{100})"],
  ["a long row", `\\begin{pmatrix}${many("1&", 300)}1\\end{pmatrix}`],
  ["a power of a matrix", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}^{1000000}"],
  ["products of matrices", many("\\begin{pmatrix}1&x\\\\y&4\\end{pmatrix}", 45)],
  ["nested logarithms", `${many("\\ln(x+", 100)}1${many(")", 100)}`],
  [
    "fractions without common factors",
    `1${Array.from({ length: 200 }, (_, k) => `+1/${1009 + 2 * k}`).join("")}`,
  ],
  ["long decimals", `0.123456789123${many("+0.123456789123", 110)}`],
  ["nested JSON", many("[", 10_000) + many("]", 10_000)],
  ["nested objects", `${many('{"a":', 99)}1${many("}", 99)}`],
  ["a product of sums", many("(x+1)", 390)],
];

describe("hostile texts", () => {
  it.each(hostile)("%s", (_, text) => {
    const start = performance.now();
    const form = canonicalise(text);
    // The bound is 50 ms; a loaded machine has ten times as long.
    expect(performance.now() - start).toBeLessThan(500);
    expect(form?.key.length ?? 0).toBeLessThan(1100);
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
      { numRuns: 2000 },
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

  /** The least of several times, in ms. */
  const timeOf = (text: string) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const start = performance.now();
        canonicalise(text);
        return performance.now() - start;
      }),
    );

  it.each(baits)("grows in proportion to the length: %j", (bait) => {
    const sized = (length: number) => `x${many(bait, Math.floor(length / bait.length))}y`;
    const [short, long] = [timeOf(sized(2400)), timeOf(sized(19_200))];
    // Eight times the length takes 64 times as long where time is quadratic.
    expect(long).toBeLessThan(25 * short + 5);
  });

  it("is spent in no regular expression that repeats a repetition", () => {
    const folder = new URL("../../../src/answer/canonical/", import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const found = sources.flatMap((name) => regularExpressions(readFileSync(new URL(name, folder), "utf8")));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(repeatsRepetition)).toEqual([]);
    expect(repeatsRepetition("(?:a+b?)*")).toBe(true);
    expect(repeatsRepetition("(?:a{2}|\\d+)+")).toBe(true);
    expect(repeatsRepetition("(?:a{2})+[+*]+")).toBe(false);
  });
});

/** The sources of the literals of a file. */
const regularExpressions = (source: string): string[] =>
  [
    ...source.matchAll(
      /(?<=[=(,:?|&[]\s*|return )\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/[dgimsuvy]*/g,
    ),
  ].map((match) => match[1]!);

/** Whether a group that holds an unbounded repetition is itself repeated without bound. */
function repeatsRepetition(source: string): boolean {
  const plain = source.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
  const holds: boolean[] = [false];
  for (let i = 0; i < plain.length; i++) {
    const unbounded = /^(?:[*+]|\{\d+,\})/.test(plain.slice(i));
    if (plain[i] === "(") holds.push(false);
    else if (plain[i] === ")") {
      const inside = holds.pop() ?? false;
      if (inside && /^(?:[*+]|\{\d+,\})/.test(plain.slice(i + 1))) return true;
      holds[holds.length - 1] ||= inside;
    } else if (unbounded) holds[holds.length - 1] = true;
  }
  return false;
}
