/** Texts that break off, where nobody says why they ended, and texts that only look like it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAnswer } from "../../../src/core/answer/decide.js";
import { openEnd } from "../../../src/core/answer/extract/open-end.js";
import { answerRules, solutionRules } from "../../../src/core/answer/extract/rules.js";
import { combined, FEWEST } from "./kinds/reading.js";

const read = (
  text: string,
  finish: "stop" | "length" | null = null,
  truncated: "none" | "extract" = "none",
) => decideAnswer(text, { finish, truncated, rules: answerRules([...solutionRules, "latex", "last"]) });

/** What nothing can end in, after any beginning. */
const open = [
  "so \\boxed{12",
  "so \\boxed",
  "so \\boxed{\\frac{1}{2}",
  "so $\\boxed{\\text{no",
  "so $x = \\frac{1}{",
  "so $x = \\frac{1}",
  "hence $x^{2} + 3",
  "hence \\(x = 3",
  "we have\n\\[ x = 3",
  "we have\n$$x = 3",
  "we have \\begin{align} x &= 3",
  "we get x =",
  "we get x = 3 +",
  "we get x = 3 -",
  "we get 4 ×",
  "we get 3 <",
  "we get x ≤",
  "we take 5 * (3 +",
  "we take 5 (",
  "the set is {1, 2,",
  "there are apples, pears,",
  "this is because",
  "this is the",
  "which is one of",
  "we add the two and",
  "it is either that or",
  "das ist der",
  "所以，",
  "twenty-",
  "we use \\sqrt",
  "we use 3 \\times",
];
/** What a text may end in. */
const ended = [
  "so \\boxed{12}",
  "so \\boxed{12}.",
  "so it costs $12",
  "so he pays $5, and she $6",
  "so $x = 3$",
  "so \\(x = 3\\)",
  "we have\n\\[ x = 3 \\]",
  "we have\n$$x = 3$$",
  "\\begin{align} x &= 3 \\end{align}",
  "a matrix with rows \\\\[2pt] apart",
  "that is all",
  "there are 12 apples",
  "it is 5 in",
  "I like C++",
  "He is right :(",
  "I think so",
  "Answer: A",
  "x = 5\n=====",
  "**bold**",
  "- one\n- two",
  "a > b",
  "f(x) is {1, 2}",
  "see [1]",
  "12",
  "答案是12",
  "so y",
  "```python\nprint(1)\n```",
  "print(1)\n```",
  "the band",
  "the Hindu",
  "\\[ x = 3 ]\n\nThat is all",
  "\\boxed{12\n\nThat is all",
];
const beginnings = [
  "",
  "Let us see.\n",
  "First, $a = 1$ and $b = 2$. ",
  "1. Add.\n\n2. Multiply: \\[ 2 \\cdot 3 = 6 \\]\n\nNow ",
];

describe("openEnd", () => {
  const broken = combined(beginnings, open);
  const whole = combined(beginnings, ended);

  it(`finds where each of ${broken.length} texts breaks off`, () => {
    expect(broken.length).toBeGreaterThanOrEqual(FEWEST);
    const missed = broken.filter(([before, end]) => {
      const at = openEnd(before + end);
      return at === null || at < before.length;
    });
    expect(missed).toEqual([]);
  });

  it(`takes none of ${whole.length} texts that may have ended for one`, () => {
    expect(whole.length).toBeGreaterThanOrEqual(FEWEST);
    expect(whole.filter(([before, end]) => openEnd(before + end) !== null)).toEqual([]);
  });

  it("does not look at blanks behind the end", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...open, ...ended),
        fc.constantFrom("", " ", "\n", "\n\n  "),
        (text, blank) => {
          expect(openEnd(text + blank)).toBe(openEnd(text));
        },
      ),
    );
  });

  it("takes any text, and linear time", () => {
    const piece = fc.constantFrom(
      ..."\\boxed{|$|$$|\\[|\\]|\\begin{align}|\\end{align}|{|}|\\|```py\n|=|,|the|x|\n| ".split("|"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const at = openEnd(text);
        if (at !== null) expect(at).toBeLessThan(text.trimEnd().length);
      }),
      { numRuns: 1000 },
    );
    for (const unit of [
      "\\boxed{",
      "$",
      "$$",
      "\\[",
      "\\begin{array}",
      "```py\n",
      "\\\\[",
      "{",
      " the",
      "= ",
    ])
      openEnd(unit.repeat(100_000));
  });
});

describe("a text whose end nobody explains", () => {
  it.each([
    // A complete answer stays one, whatever breaks off behind it.
    ["\\boxed{7}. Check: $x +", "7"],
    ["\\boxed{7} and \\boxed{9", "7"],
    ["<answer>7</answer> since the", "7"],
    ["The answer is 12. Then we get x =", "12"],
    ["The answer is 12 because the", "12"],
    ["The answer is 12, which is", "12"],
    ["#### 12\nCheck: 3 +", "12"],
    ["Antwort: 12\n\nProbe: 3 +", "12"],
    // A sign that an answer on a later line disproves.
    ["\\[ x = 3 ]\n#### 12", "12"],
    ["\\boxed{12\nThe answer is 12.", "12"],
    // Who runs code stops at its end.
    ["```text\nThe final answer is 12.", "12"],
    // A token that ends the turn says that the text did.
    ["The answer is 12 and<|im_end|>", "12"],
    // An end without a full stop.
    ["The answer is 12", "12"],
    ["The answer is $12", "$12"],
  ])("%j answers %s", (text, answer) => {
    expect(read(text)).toMatchObject({ answer: { text: answer }, none: null, breaksOff: false });
  });

  it.each([
    "The answer is 12, 13 and",
    "The answer is 12 +",
    "The answer is $\\frac{1}{",
    "The answer is \\boxed{12",
    "The answer is (",
    "The final answer is 3 or",
    "#### 12 +",
    "so x = 3 and y =",
    "we get 7, and the",
    "```python\nprint(7)\n",
    "答案是5，",
  ])("%j has none", (text) => {
    expect(read(text)).toEqual({ answer: null, none: "breaks-off", breaksOff: true });
  });

  it("that breaks off is read as one that is cut off, and one that does not as one that ended", () => {
    const texts = [
      ...combined(beginnings, [...open, ...ended]).map((parts) => parts.join("")),
      "The answer is 3 or",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom("none", "extract"), (text, truncated) => {
        const { answer, breaksOff } = read(text, null, truncated);
        expect(answer).toEqual(read(text, breaksOff ? "length" : "stop", truncated).answer);
      }),
      { numRuns: 1000 },
    );
  });

  it("is not looked at where a reason is given", () => {
    for (const text of open) expect(read(text, "stop").breaksOff).toBe(false);
    for (const text of open) expect(read(text, "length").breaksOff).toBe(false);
  });

  it("breaks off in its thoughts", () => {
    expect(read("<think>The answer is 12.")).toEqual({ answer: null, none: "thoughts", breaksOff: true });
    expect(read("<think>The answer is 12.", "stop")).toMatchObject({ none: "thoughts", breaksOff: false });
  });
});
