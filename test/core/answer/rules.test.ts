/** Each rule on texts that it is for, and on texts that are nearly so. */
import { describe, expect, it } from "vitest";
import { REACH } from "../../../src/core/answer/decide.js";
import { lowered } from "../../../src/core/answer/extract/phrase.js";
import { answerRules, type RuleName } from "../../../src/core/answer/extract/rules.js";
import { findAnswer } from "../../../src/core/answer/extract.js";

/** What one rule finds, as it is written. */
const by = (rule: RuleName, text: string) => findAnswer(text, { rules: answerRules([rule]) })?.text ?? null;
/** What the rules for solutions find, with the rule. */
const found = (text: string) => {
  const answer = findAnswer(text);
  return answer === null ? null : `${answer.rule}: ${answer.text}`;
};

const cases: Readonly<
  Record<Exclude<RuleName, "regex" | "delimited">, readonly (readonly [string, string | null])[]>
> = {
  boxed: [
    ["so \\boxed{7}.", "7"],
    ["\\fbox{7}", "7"],
    ["\\boxed {7}", "7"],
    ["\\boxed 7 apples", "7"],
    ["\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"],
    ["\\boxed{\\boxed{7}}", "7"],
    ["twice escaped: \\\\boxed{\\\\frac{1}{2}}", "\\\\frac{1}{2}"],
    ["\\boxed{1} then \\boxed{2}", "2"],
    ["\\boxed{8} and \\boxed{9", "8"],
    ["\\boxed{8} {{{", "8"],
    ["}} \\boxed{8}", "8"],
    ["$\\boxed{2} \\text{ or } \\boxed{6}$", "2, 6"],
    ["or $\\boxed{20}$ percent of them", "20\\%"],
    ["$\\boxed{20}\\%$", "20\\%"],
    ["\\boxed{20} percentages", "20"],
    ["\\boxed{}\\boxed{1}", "1"],
    ["\\($y_1 = \\boxed{a} \\) and \\( y_2 = \\boxed{b} \\)", "a, b"],
    ["\\boxed{5} \\boxed{5}", "5"],
    ["\\boxed{5}. Again: \\boxed{6}", "6"],
    ["\\boxed{5}\n\\boxed{6}", "6"],
    ["\\boxed{}", null],
    ["\\boxed{ }", null],
    ["\\boxed{7", null],
    ["boxed{7}", null],
    ["\\boxedx{7}", null],
  ],
  "open-box": [
    ["\\boxed{W(n) = 1", "W(n) = 1"],
    ["$\\fbox{ 7", "7"],
    ["so \\boxed{7", null],
    ["\\boxed{7}", null],
    ["7", null],
  ],
  tag: [
    ["<answer>12</answer>", "12"],
    ["<answer>1</answer> no: <answer> 12\n</answer>", "12"],
    ["<answer>The answer is 12.</answer>", "12"],
    ["<answer>\\boxed{3}</answer> \\boxed{4}", "3"],
    ["<answer> </answer>", null],
    ["<answer>12", null],
    ["12</answer>", null],
  ],
  hash: [
    ["work\n#### 1,234\n", "1,234"],
    ["#### 12\nmore", "12"],
    ["12,0#12", "12"],
    ["1#2#3 ", "3"],
    ["#12", "12"],
    ["# Heading", null],
    ["text\n#tag", null],
    ["I like C#", null],
    ["I like C#.", null],
    ["#!", null],
    ["x#∞", "∞"],
    ["issue #12 is open", null],
    ["####", null],
  ],
  final: [
    ["Final Answer: 12", "12"],
    ["**Final Answer**\n\n$12$", "$12$"],
    ["## Final Answer\n12 apples", "12"],
    ["Final Answer: The volume of $ABC$ is 120. I hope it is correct.", "120"],
    ["Final Answer: Jane started 3 hours ago.", "3"],
    ["\\boxed{11}, no: the final answer is 12.", "12"],
    ["The final answer is 12? Let me check: \\boxed{13}", null],
    ["Endergebnis: $\\frac{1}{2}$", "$\\frac{1}{2}$"],
    ["Die endgültige Antwort lautet 12.", "12"],
    ["Réponse finale : 12", "12"],
    ["Respuesta final: 12", "12"],
    ["La risposta finale è: 12", "12"],
    ["Resposta final: 12", "12"],
    ["最终答案：12", "12"],
    ["最終的な答えは12です。", "12"],
    ["Окончательный ответ: 12", "12"],
    ["الإجابة النهائية هي: 12.", "12"],
    ["최종 답: 12", "12"],
    ["अंतिम उत्तर: 12", "12"],
    ["The answer is 12", null],
    ["my final answers vary: 12", null],
  ],
  phrase: [
    ["Let me see. The answer is 12.", "12"],
    ["**Answer:** 12", "12"],
    ["**Answer**: 12", "12"],
    ["answer = 5", "5"],
    ["Therefore, the answer to the last problem is 42.", "42"],
    ["The correct answer would be 7.", "7"],
    ["The answer is:\n\n\\[ 5 \\]\n", "\\[ 5 \\]"],
    ["The answer is 3. No, the answer is 4.", "4"],
    ["The answer is $x=3$ or $x=4$.", "$x=3$ or $x=4$"],
    ["The answer is 3.14. Done.", "3.14"],
    ["The answer is 1,234,567.", "1,234,567"],
    ["The answer is -5.", "-5"],
    ["The answer is .5", ".5"],
    ["The answer is 5 meters.", "5"],
    ["The answer is 5 (five).", "5"],
    ["The answer is **5**.", "5"],
    ["The answer is 50%.", "50%"],
    ["The answer is $5.50.", "$5.50"],
    ["The answer is 10 ft x 18 ft.", "10 ft x 18 ft"],
    ["The answer is the interval (1,2].", "(1,2]"],
    ["The answer is 2\\sqrt{3} meters.", "2\\sqrt{3}"],
    ["The answer is sqrt(2).", "sqrt(2)"],
    ["The answer is Paris.", "Paris"],
    ['The answer is "yes".', "yes"],
    ["The answer is 12<|im_end|>", "12"],
    ["The answer is not 5.", null],
    ["I hope the answer is correct.", null],
    ["The answers of others are 5.", null],
    ["unanswered: 5", null],
    ["I will answer 5 questions.", null],
    ["Die Antwort lautet 12.", "12"],
    ["Antwort: 12", "12"],
    ["Das Ergebnis ist 3,5.", "3,5"],
    ["Die Antwort auf die Frage ist 12.", "12"],
    ["Die Antwort ist nicht 12.", null],
    ["Die Antworten der anderen: 7", null],
    ["La réponse est 12.", "12"],
    ["Réponse : 12", "12"],
    ["La réponse n'est pas 12.", null],
    ["La réponse est correcte.", null],
    ["La respuesta es 12.", "12"],
    ["El resultado es $12$.", "$12$"],
    ["La respuesta no es 12.", null],
    ["La risposta è 12.", "12"],
    ["La risposta non è 12.", null],
    ["A resposta é 12.", "12"],
    ["A resposta não é 12.", null],
    ["Het antwoord is 12.", "12"],
    ["Svaret är 12.", "12"],
    ["Odpowiedź: 12", "12"],
    ["Cevap: 12", "12"],
    ["Đáp án là 12.", "12"],
    ["Jawabannya adalah 12.", "12"],
    ["答案是12。", "12"],
    ["所以答案为：$12$。", "$12$"],
    ["答：小明有12个苹果。", "12"],
    ["答案不是12", null],
    ["这些答案很多", null],
    ["答えは12です。", "12"],
    ["答えは正しい。", null],
    ["Ответ: 12", "12"],
    ["Ответ — 12.", "12"],
    ["Ответ неверный", null],
    ["الجواب هو 12", "12"],
    ["والإجابة هي 12", "12"],
    ["الإجابة ليست 12", null],
    ["정답은 12입니다.", "12"],
    ["उत्तर: 12", "12"],
  ],
  conclusion: [
    ["We add. Therefore, there are 12 ways. I hope it is correct.", "12"],
    ["$$x.$$ Thus the error grows by 100%.", "100%"],
    ["Daher sind es 12 Äpfel.", "12"],
    ["Il y en a donc. Donc il y a 12 pommes.", "12"],
    ["Por lo tanto, hay 12.", "12"],
    ["因此有12种。", "12"],
    ["Следовательно, их 12.", "12"],
    ["Therefore there are 3 or so, and 12 more.", null],
    ["Therefore there are 12. And 5 remain.", null],
    ["And so there are 12.", null],
    ["There are 12.", null],
  ],
  choice: [
    ["The answer is (B).", "B"],
    ["The answer is (B) 12 apples", "B"],
    ["Answer: C", "C"],
    ["Answer: C) 5", "C"],
    ["Answer: **D**", "D"],
    ["The answer is B because it holds.", "B"],
    ["The correct answer is option C.", "C"],
    ["Option B is correct.", "B"],
    ["So it must be\n\n**(A)**", "A"],
    ["Die Antwort ist (B).", "B"],
    ["La réponse est (C).", "C"],
    ["故选D。", "D"],
    ["正解は(B)です。", "B"],
    ["Правильный ответ: B", "B"],
    ["The answer is A + B.", null],
    ["Answer: A, B", null],
    ["The answer is a.", null],
    ["The answer is A man.", null],
    ["optional", null],
    ["Vitamin\nA man", null],
  ],
  latex: [
    ["so $x = 5$ at last", "x = 5"],
    ["first $1$, then $$2$$", "2"],
    ["\\( a \\) but \\[ b \\]", "b"],
    ["\\begin{align*}x&=2\\end{align*}", "x&=2"],
    ["\\[ \\text{where $x$ is } 5 \\]", "\\text{where $x$ is } 5"],
    ["so \\(x=2\\), \\(y=3\\)", "x=2, y=3"],
    ["$$\n9\n$$", "9"],
    ["$\n9\n$", null],
    ["\\(\n9\n\\)", null],
    ["It costs $5 and $3 in total", null],
    ["\\$5\\$", null],
    ["no formula", null],
  ],
  bare: [
    ["x < 3", "x < 3"],
    ["  no solution ", "no solution"],
    ["5 apples", "5"],
    ["We find that $x \\lt 3$.", "$x \\lt 3$"],
    ["Soucis : 2,74 $ a..", "2,74 $"],
    ["10 ft x 18 ft", "10 ft x 18 ft"],
    ["AZYUK2A", "AZYUK2A"],
    ["I computed 3 and then 5", null],
    ["two\nlines", null],
    ["5 apples ".repeat(40), null],
    [`${"5, ".repeat(200)}5`, `${"5, ".repeat(200)}5`],
    ["\\begin{pmatrix}\n1 & 2\n\\end{pmatrix}", "\\begin{pmatrix}\n1 & 2\n\\end{pmatrix}"],
    [" ", null],
  ],
  whole: [
    [" any text\nat all ", "any text\nat all"],
    [" ", null],
  ],
  last: [
    ["I computed 3 and then 5 apples.", "5"],
    ["so $x$ is $\\frac{1}{2}$, I think", "$\\frac{1}{2}$"],
    ["nothing", null],
  ],
};

describe.each(Object.entries(cases) as [RuleName, readonly (readonly [string, string | null])[]][])(
  "the rule %s",
  (rule, examples) => {
    it.each(examples)("%j → %j", (text, answer) => {
      expect(by(rule, text)).toBe(answer);
    });
  },
);

describe("the rule regex", () => {
  const match = (pattern: string, text: string) =>
    findAnswer(text, { rules: answerRules(["regex"], pattern) });

  it("takes the last match: the group named answer, the first group, or all of it", () => {
    expect(match("A=(\\d+)", "A=1 A=2")).toEqual({ text: "2", rule: "regex", start: 6, end: 7 });
    expect(match("(A)=(?<answer>\\d+)", "A=1 A=2")?.text).toBe("2");
    expect(match("\\d+", "A=1 A=23")?.text).toBe("23");
    expect(match("B=(\\d+)", "A=1")).toBeNull();
  });

  it("looks at the end of a long text alone", () => {
    expect(match("A=(\\d+)", `A=1${" ".repeat(10_000)}`)).toBeNull();
    expect(match("A=(\\d+)", `${" ".repeat(50_000)}A=1`)).toEqual({
      text: "1",
      rule: "regex",
      start: 50_002,
      end: 50_003,
    });
  });

  it("refuses what is no regular expression, and a rule without a pattern", () => {
    expect(() => answerRules(["regex"], "(")).toThrow(
      expect.objectContaining({ code: "config-answer-regex", found: "(" }),
    );
    expect(() => answerRules(["regex"])).toThrow(expect.objectContaining({ code: "config-answer-regex" }));
  });
});

describe("the rules together", () => {
  it.each([
    ["<answer>1</answer> \\boxed{2} the answer is 3 $4$", "tag: 1"],
    ["\\boxed{2} the answer is 3 $4$", "boxed: 2"],
    ["The final answer is 3. $4$", "final: 3"],
    ["the answer is 3 because of $4$", "phrase: 3"],
    ["the answer is (B), as $4$ says", "choice: B"],
    ["so $4$", null],
    ["<think>\\boxed{3}</think> The answer is 4.", "phrase: 4"],
    ["<think>\\boxed{3}</think>", null],
    ["So we get 3 and then 5", null],
    ["There are 5.", null],
    ["", null],
  ])("%j → %j", (text, answer) => {
    expect(found(text)).toBe(answer);
  });

  it("say where the answer stands", () => {
    const text = "<think>hm</think> The answer is $\\frac{1}{2}$, really.";
    const { start, end } = findAnswer(text)!;
    expect(text.slice(start, end)).toBe("$\\frac{1}{2}$");
  });

  it("look at the end of a text that is too long", () => {
    expect(found(`\\boxed{1}${" ".repeat(REACH)}`)).toBeNull();
    expect(found(`${" ".repeat(REACH)}\\boxed{1}`)).toBe("boxed: 1");
  });
});

describe("lower case", () => {
  it("keeps the length of every character, for places are those of the text", () => {
    for (let code = 0; code < 0x10000; code++) {
      const character = String.fromCharCode(code);
      if (lowered(character).length !== 1) throw new Error(`U+${code.toString(16)}`);
    }
  });
});
