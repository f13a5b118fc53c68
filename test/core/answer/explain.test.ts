/** Explanations: the candidates of a text with their places, which decides, and the reason in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describerNamed } from "../../../src/core/answer/canonicalisers.js";
import { explainAnswer } from "../../../src/core/answer/explain.js";
import { answerRules, anyTextRules, solutionRules } from "../../../src/core/answer/extract/rules.js";
import { type ExtractOptions, findAnswer } from "../../../src/core/answer/extract.js";

const math = describerNamed("math");
const rules = answerRules([...solutionRules, "latex"]);
const explain = (text: string, options: Omit<ExtractOptions, "canonicalise"> = {}) =>
  explainAnswer(text, math, { rules, ...options });
/** `boxed 2:18 3: \frac12 = 1/2`, with a star where it decides. */
const shown = (text: string, options: Omit<ExtractOptions, "canonicalise"> = {}) =>
  explain(text, options).candidates.map(
    ({ rule, line, column, strength, text: written, canonical, decides }) =>
      `${decides ? "*" : ""}${rule} ${line}:${column} ${strength}: ${written} = ${canonical}`,
  );

describe("explainAnswer", () => {
  it.each([
    [
      "The answer is 8.\nWait, so $\\boxed{\\frac{1}{2}}$. Hence $x = 3$.",
      ["phrase 1:15 4: 8 = 8", "*boxed 2:18 3: \\frac{1}{2} = 1/2", "latex 2:40 9: x = 3 = 3"],
      "a box beats a phrase and a formula",
    ],
    [
      "#### 0.5\nTherefore the answer is 7.",
      ["hash 1:6 4: 0.5 = 1/2", "*phrase 2:25 4: 7 = 7"],
      "a phrase that comes later beats a hash mark: they are of one strength",
    ],
    [
      "The answer is (B) 12.",
      ["phrase 1:15 4: (B) 12 = b", "*choice 1:16 4: B = b"],
      "a choice is more exact than a phrase at the same place",
    ],
    [
      "So \\boxed{3}.\n**Final Answer**: 0.5",
      ["boxed 1:11 3: 3 = 3", "*final 2:19 4: 0.5 = 1/2", "phrase 2:19 4: 0.5 = 1/2"],
      "a final answer after a box overrules it; a final answer is more exact than a phrase at the same place",
    ],
    ["So it is \\boxed{7}.", ["*boxed 1:17 3: 7 = 7"], "nothing else is marked"],
    // Characters, not code units, and a thought before the answer.
    ["<think>\\boxed{1}\n</think>\n😀 \\boxed{7}", ["*boxed 3:10 3: 7 = 7"], "nothing else is marked"],
  ])("%j", (text, candidates, why) => {
    expect(shown(text)).toEqual(expect.arrayContaining(candidates));
    expect(shown(text).length).toBe(candidates.length);
    expect(explain(text).why).toBe(why);
  });

  it.each([
    ["no idea", {}, "nothing is marked (tag, final, boxed, hash, choice, phrase, latex)"],
    ["<think>The answer is 12.", {}, "its thoughts never end, and an unfinished text has no answer"],
    ["so \\boxed{3}", { finish: "length" }, "it was cut off, and an unfinished text has no answer"],
    [
      "First.\nThe answer is 12 and",
      { finish: null },
      "it breaks off at 2:18, and an unfinished text has no answer",
    ],
    ["so \\boxed{ }", {}, "a box decides, and it is blank"],
  ] as const)("%j has no answer: %j, %s", (text, options, why) => {
    expect(explain(text, options)).toMatchObject({ answer: null, why });
  });

  it("says so where what is marked is no answer of the canonicaliser", () => {
    const whole = (answer: string) =>
      /^\d+$/.test(answer) ? { kind: "n", canonical: answer, key: answer } : null;
    expect(explainAnswer("The answer is blue.", whole, { rules })).toMatchObject({
      answer: null,
      why: "a phrase decides, and what it marks is no answer",
      candidates: [{ rule: "phrase", text: "blue", canonical: null, decides: true }],
    });
  });

  it("places every candidate where it is written", () => {
    const text = "The answer is 8.\nSo $\\boxed{\\frac{1}{2}}$.";
    for (const { start, end, text: written } of explain(text).candidates)
      expect(text.slice(start, end).trim()).toBe(written);
  });

  it("is told by the function that decides: the answer of any text is the same", () => {
    const piece = fc.constantFrom(
      ..."\\boxed{7}|\\boxed{}|The answer is 8.|the answer is (B)|#### 9|**Final Answer**: 6|$x = 5$|<answer>4</answer>|<think>|</think>|12|and|\n| |Antwort: 3|so".split(
        "|",
      ),
    );
    const finishes = fc.constantFrom("stop", "length", null);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        finishes,
        fc.constantFrom("none", "extract"),
        fc.boolean(),
        (pieces, finish, truncated, any) => {
          const text = pieces.join(" ");
          const options = { finish, truncated, rules: any ? answerRules(anyTextRules) : rules } as const;
          const found = findAnswer(text, options);
          const { answer, candidates } = explainAnswer(text, math, options);
          expect(answer).toBe(found && (math(found.text)?.canonical ?? null));
          const deciding = candidates.filter(({ decides }) => decides);
          if (found !== null)
            expect(deciding).toMatchObject([
              { rule: found.rule, text: found.text, start: found.start, end: found.end },
            ]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
