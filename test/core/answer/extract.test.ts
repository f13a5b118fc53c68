import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxedRule } from "../../../src/core/answer/extract/boxed.js";
import { delimitedRule } from "../../../src/core/answer/extract/delimited.js";
import { answerRules, taskRules } from "../../../src/core/answer/extract/rules.js";
import { extractAnswer, locateAnswer } from "../../../src/core/answer/extract.js";
import { isAnswer, sameAnswer } from "../../../src/core/answer/same.js";

const finished = { finish: "stop", rules: answerRules(taskRules) } as const;
const integer = (text: string) => (/^\d+$/.test(text) ? String(Number(text)) : null);

describe("extractAnswer", () => {
  it.each([
    ["12,0#12", "12"],
    ["1#2#3", "3"],
    ["12,0# 12 \n", "12"],
    ["12,0", null],
    ["", null],
    ["12,0#", null],
    ["12,0#  ", null],
    ["5#6#", null],
    ["so \\boxed{7}.", "7"],
    ["\\boxed{1} then \\boxed{2}", "2"],
    ["\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"],
    ["\\boxed{\\{1,2\\}}", "\\{1,2\\}"],
    ["\\boxed{8} and \\boxed{9", "8"],
    ["\\boxed{9", null],
    ["\\boxed{}", null],
    ["\\boxed{7}\\boxed{}", null],
    ["\\boxed{7}, \\boxed{ }", null],
    ["\\boxed{}, \\boxed{7}", "7"],
    ["\\boxed{6}, \\boxed{}, \\boxed{7}", "7"],
    ["#3 \\boxed{4} #5", "4"],
  ])("%j → %j", (text, answer) => {
    expect(extractAnswer(text, finished)).toBe(answer);
  });

  it("takes another delimiter", () => {
    expect(extractAnswer("work => 4", { ...finished, rules: [delimitedRule("=>")] })).toBe("4");
  });

  it("takes other rules, in order", () => {
    const text = "#3 \\boxed{4}";
    expect(extractAnswer(text, { ...finished, rules: [delimitedRule("#"), boxedRule] })).toBe("3 \\boxed{4}");
  });

  it("returns the canonical form, or no answer where it is rejected", () => {
    expect(extractAnswer("#007", { ...finished, canonicalise: integer })).toBe("7");
    expect(extractAnswer("#x", { ...finished, canonicalise: integer })).toBeNull();
    expect(extractAnswer("#x", { ...finished, canonicalise: () => " " })).toBeNull();
  });

  it("does not fall back to a weaker rule where the deciding one is rejected", () => {
    expect(extractAnswer("#5 \\boxed{x}", { ...finished, canonicalise: integer })).toBeNull();
    expect(extractAnswer("#5 \\boxed{ }", finished)).toBeNull();
  });

  it("says which rule found the answer, and where", () => {
    const text = "so \\boxed{ 7 }.";
    const found = locateAnswer(text, finished);
    expect(found).toEqual({ answer: "7", rule: "boxed", start: 10, end: 13 });
    expect(text.slice(found?.start, found?.end)).toBe(" 7 ");
  });

  it("defect 4: an unfinished solution has no answer", () => {
    expect(extractAnswer("12,0#12", { ...finished, finish: "length" })).toBeNull();
    expect(extractAnswer("\\boxed{12}", { finish: "length" })).toBeNull();
    expect(extractAnswer("\\boxed{12}", { finish: "length", truncated: "extract" })).toBe("12");
  });

  it("defect 7: a canonicaliser that crashes is an error, not a wrong answer", () => {
    const crash = () => {
      throw new TypeError("boom");
    };
    expect(() => extractAnswer("#12", { ...finished, canonicalise: crash })).toThrow(
      expect.objectContaining({
        code: "answer-canonicaliser-failed",
        found: "12",
        cause: expect.objectContaining({ message: "boom" }),
      }),
    );
  });

  it("finds what was put after the last delimiter, and inside the last box, whatever precedes it", () => {
    const plain = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.string(), plain, (before, answer) => {
        expect(extractAnswer(`${before}#${answer}`, { ...finished, rules: [delimitedRule("#")] })).toBe(
          answer,
        );
        expect(extractAnswer(`${before} \\boxed{${answer}}`, { ...finished, rules: [boxedRule] })).toBe(
          answer,
        );
      }),
    );
  });

  it("never returns a blank answer, and always one that lies where it says", () => {
    const pieces = fc.array(fc.constantFrom("\\boxed{", "}", "{", "\\", "#", " ", "1", "\\{"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const found = locateAnswer(text, finished);
        if (found === null) return;
        expect(isAnswer(found.answer)).toBe(true);
        const marked = text.slice(found.start, found.end);
        // Boxes that follow one another are one answer of several parts.
        for (const part of found.answer.split(", ")) {
          expect(part.trim()).not.toBe("");
          expect(marked).toContain(part);
        }
      }),
    );
  });
});

describe("sameAnswer", () => {
  it("holds for equal canonical forms only, and never for a missing or blank answer", () => {
    expect(sameAnswer("7", "7")).toBe(true);
    expect(sameAnswer("7", "8")).toBe(false);
    expect(sameAnswer(null, null)).toBe(false);
    expect(sameAnswer("", "")).toBe(false);
    expect(sameAnswer("7", null)).toBe(false);
  });
});
