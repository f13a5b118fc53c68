/** Answers that are the same, written in many ways, and answers that are not. */
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { equivalent } from "../../../../src/core/answer/equivalent.js";

const key = (text: string) => canonicalise(text)?.key;

/** Each line is one cluster. */
const same: Readonly<Record<string, readonly (readonly string[])[]>> = {
  numbers: [
    [
      "1/2",
      "0.5",
      ".5",
      "50\\%",
      "50%",
      "\\frac12",
      "\\dfrac 12",
      "2/4",
      "50 percent",
      "½",
      "\\frac{1}{2}.",
      "5e-1",
    ],
    ["$\\frac{1}{2}$", "\\(0.5\\)", "\\boxed{1/2}", "5 \\times 10^{-1}", "**0.50**", "`1/2`", "\\boxed{0.5"],
    ["8/3", "2\\frac{2}{3}", "2 2/3", "2\\frac23", "2.\\overline{6}", "2.666666666667"],
    [
      "120000",
      "1.2 \\times 10^{5}",
      "1.2e5",
      "120,000",
      "120{,}000",
      "120\\,000",
      "120 000",
      "12\\cdot 10^4",
    ],
    ["11111111100", "11,\\!111,\\!111,\\!100", "11{,}111{,}111{,}100", "11 111 111 100"],
    ["-1/2", "\\frac{-1}{2}", "-0.5", "\\frac{1}{-2}", "−1/2", "-\\frac12"],
    ["0", "-0", "0.0", "+0", "0\\%"],
    ["1024", "2^{10}", "2^10", "2**10", "4^5"],
    ["1.5", "1{,}5", "1\\frac12", "3/2"],
    ["1234.5", "1.234,50 €", "$1,234.50", "\\$1{,}234.5"],
    ["∞", "\\infty", "+\\infty", "Infinity", "inf"],
    [
      "1/3",
      "0.\\overline{3}",
      "0.\\dot{3}",
      "0.\\bar{3}",
      "0.333...",
      "0.333\\ldots",
      "0.3333333333",
      "33.\\overline{3}\\%",
    ],
    ["1/6", "0.1\\overline{6}", "0.1666...", "0.1\\dot6", "0.166666666667", "0.1666666666"],
    ["1/7", "0.\\overline{142857}", "0.\\dot{1}4285\\dot{7}", "0.142857142857..."],
    ["0.333", "333/1000", "33.3\\%"],
    ["6", "\\gcd(12, 18)", "gcd(12,18,30)", "\\operatorname{lcm}(2, 3)", "٦", "६", "６", "6\\\\"],
    ["2", "17 \\mod 5", "17 \\bmod 5", "log10(100)", "log2(4)", "cbrt(8)", "∛8", "Max(1, 2)", "Abs(-2)"],
    ["1/20", "5 per cent", "5 percent", "5\\%"],
    ["10", "\\binom{5}{2}", "5!/(2!3!)", "\\sum_{k=1}^{4} k", "\\max(3, 10)"],
  ],
  constants: [
    [
      "\\sqrt{12}",
      "2\\sqrt{3}",
      "2\\sqrt3",
      "2 \\cdot 3^{1/2}",
      "√12",
      "sqrt(12)",
      "\\frac{6}{\\sqrt{3}}",
      "12^{0.5}",
    ],
    [
      "3",
      "\\log_2 8",
      "\\ln(e^3)",
      "\\sqrt[3]{27}",
      "\\lfloor 3.7\\rfloor",
      "\\frac{\\ln 8}{\\ln 2}",
      "|-3|",
    ],
    ["\\frac{\\pi}{3}", "\\pi/3", "\\frac{2\\pi}{6}", "1.0471975511966"],
    ["1/2", "\\sin 30^\\circ", "\\cos\\frac{\\pi}{3}", "\\sin(\\pi/6)"],
    ["\\pi/4", "\\arctan 1", "\\tan^{-1} 1", "\\operatorname{atan}(1)"],
    ["-1", "i^2", "e^{i\\pi}"],
    ["2i", "(1+i)^2"],
    ["0.866025403784", "\\frac{\\sqrt{3}}{2}", "\\sqrt{0.75}"],
  ],
  quantities: [
    ["5 cm", "5\\text{ cm}", "5\\mathrm{~cm}", "5", "5\\,\\text{cm}", "5 centimeters", "5.0"],
    ["60^\\circ", "60°", "60", "60 degrees", "60^{\\circ}."],
    ["80\\pi \\mathrm{~mi}/\\mathrm{min}", "80\\pi"],
    ["2450\\pi\\ \\mathrm{N}-\\mathrm{m}", "2450\\pi"],
    ["30 students", "30", "30\\text{ students}"],
    [
      "9.8\\ \\mathrm{m/s^2}",
      "9.8",
      "9.8 m/s^2",
      "9.8\\text{ m/s}",
      "9.8 km/h",
      "9.8\\ \\mathrm{kg\\,m^{-3}}",
    ],
    ["7 years old", "7", "7 years"],
    ["7 m^2", "7\\ \\text{m}^2", "7\\mathrm{m}^{2}"].slice(1),
  ],
  expressions: [
    ["x^2+2x+1", "(x+1)^2", "(x+1)(1+x)", "1+2x+x^2", "x(x+2)+1", "x²+2x+1"],
    ["\\tan x", "\\frac{\\sin x}{\\cos x}"],
    ["\\sin^2 x+\\cos^2 x", "1"],
    ["\\sin(2x)", "2\\sin x\\cos x", "\\sin 2x"],
    ["\\cos(2y)", "1-2\\sin^2 y"],
    // At one of the points the angle is 1.02e8, and half of it.
    ["\\cos(2(\\frac{86}{1+a_1^2})^4)", "1-2\\sin^2((\\frac{86}{1+a_1^2})^4)"],
    ["\\sec^2 x (1 + x)", "(1+x)/\\cos^2 x"],
    ["\\frac{x^2-1}{x-1}", "x+1"],
    ["\\sqrt{x^2}", "|x|", "|-x|"],
    ["x\\sqrt{x}", "x^{3/2}", "\\sqrt{x^3}", "x^{1.5}"],
    ["\\sqrt[6]{x^2}", "\\sqrt[3]{|x|}"],
    ["n!", "n \\cdot (n-1)!"],
    ["\\binom{n}{2}", "\\frac{n(n-1)}{2}"],
    ["\\sum_{n=0}^\\infty x^n", "\\sum_{k=0}^{\\infty} x^k"],
    ["3\\sum_{n=0}^\\infty x^n", "\\sum_{k=0}^{\\infty} 3x^k"],
    ["\\ln x + C", "C + \\log{\\left(x \\right)}", "c+\\ln(x)"],
    ["a_1", "a_{1}"],
    ["x \\cdot y", "xy", "yx", "x*y"],
    ["0.1x+0.2x", "0.3x"],
    ["\\frac{1}{24}x", "0.0416666666667 x"],
  ],
  equations: [
    ["x=3", "3", "y=3", "2x=6", "x-3=0", "3=x", "x\\approx 3", "|AB|=3", "f(2)=3"],
    ["2x+4y-3=0", "y=-\\frac12x+\\frac34", "4y=3-2x", "y = (3-2x)/4", "(3-2x)/4"],
    ["x^2+y^2=1", "1-x^2=y^2", "2x^2+2y^2=2", "x^2 + y^2 - 1 = 0"],
    ["f(x)=x^2", "x^2", "y=x^2", "f(x) = x \\cdot x"],
    ["\\frac{dy}{dx} = 2x", "2x", "dy/dx = 2x"],
    ["\\cos\\theta = \\frac{3}{5} = 0.6", "0.6", "\\cos\\theta=3/5", "\\sin A = 0.6"],
    [
      "AB = 5",
      "5",
      "\\text{Area} = 5",
      "Length: 5",
      "|AB|=5",
      "\\overline{AB} = 5",
      "m\\angle ABC = 5^\\circ",
      "\\angle A = 5",
    ],
    ["x=1, y=2", "y=2, x=1", "(x,y)=(1,2)", "(1,2)", "a=1, b=2", "x=1 \\text{ and } y=2"],
    ["A(1,2)", "(1,2)", "P = (1,2)", "M(1, 2)"],
    ["-\\ln|\\cos x|+C", "C-\\log(|\\cos(x)|)", "C - \\ln\\left|\\cos x\\right|"],
    ["|\\sin x|", "\\sqrt{\\sin^2 x}", "|-\\sin x|"],
    ["(p,q)=(3,2)", "(3,2)"],
    ["x=1/3\\approx 0.33", "x = 1/3", "x=2/6=1/3"],
    ["A:B=7:32", "7:32", "14:64"],
  ],
  relations: [
    ["x<3", "3>x", "(-\\infty,3)", "-x>-3", "2x<6", "x \\in (-\\infty, 3)", "\\{x \\mid x < 3\\}", "y<3"],
    [
      "(1,2]",
      "1<x\\le 2",
      "1 < x <= 2",
      "2 \\geq x > 1",
      "\\{x : 1 < x \\le 2\\}",
      "x>1 \\text{ and } x\\le 2",
    ],
    ["x\\neq 3", "(-\\infty,3)\\cup(3,\\infty)", "\\mathbb{R}\\setminus\\{3\\}", "x != 3"],
    ["x<-1 or x>1", "(-\\infty,-1)\\cup(1,\\infty)", "|x|>1", "(1,\\infty)\\cup(-\\infty,-1)"],
    ["|x|\\le 2", "[-2,2]", "-2\\le x\\le 2", "[-2,1]\\cup[0,2]"],
    ["1\\leq|z|\\leq \\frac{3}{2}", "[-1.5,-1]\\cup[1,1.5]"],
    ["|x-3|<2", "1<x<5", "(1,5)", "|3-x|<2", "]1,5["],
    [
      "|2x+1|\\ge 3",
      "x\\le-2 \\text{ or } x\\ge 1",
      "]-\\infty,-2] \\cup [1,\\infty[",
      "3\\le|2x+1|",
      "-2|2x+1| \\le -6",
    ],
    ["2|x-1|+1 \\neq 5", "x\\neq 3 \\text{ and } x\\neq -1", "\\mathbb{R}\\setminus\\{-1,3\\}"],
    ["x\\not=3", "x\\ne3", "x \\not = 3"],
    ["(2,4) U (5,6)", "(2,4)\\cup(5,6)", "]2,4[ \\cup ]5,6["],
    ["[0,1[", "[0,1)", "0\\le x<1"],
    ["a<b<c", "c>b>a"],
    ["x+y\\le 1", "1\\ge y+x", "2x+2y\\le 2"],
    ["\\mathbb{R}", "(-\\infty,\\infty)", "ℝ", "all real numbers", "\\text{All real numbers}", "all reals"],
  ],
  sets: [
    [
      "\\{1,2,3\\}",
      "3,2,1",
      "1, 2, 3",
      "1,2 and 3",
      "x=1,2,3",
      "x=1 or x=2 or x=3",
      "\\{1,1,2,3\\}",
      "1;2;3",
    ],
    ["\\pm 2", "2, -2", "\\{-2,2\\}", "x=\\pm2", "x=2 \\text{ or } x=-2"],
    ["1\\pm\\sqrt5", "1+\\sqrt5, 1-\\sqrt5"],
    ["(5,8),(8,5)", "(8,5) \\text{ and } (5,8)", "\\{(5,8),(8,5)\\}"],
    ["\\emptyset", "\\{\\}", "\\varnothing", "∅"],
    ["\\{4\\}", "4"],
    ["\\{a\\}\\cup\\{b\\}", "\\{a,b\\}", "\\{b\\} \\cup \\{a\\}"],
  ],
  matrices: [
    [
      "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
      "\\begin{bmatrix}1&2\\\\3&4\\\\\\end{bmatrix}",
      "\\left[\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right]",
      "\\begin{pmatrix}1&1\\\\2&2\\end{pmatrix}+\\begin{pmatrix}0&1\\\\1&2\\end{pmatrix}",
    ],
    [
      "-2",
      "\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}",
      "\\left|\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right|",
    ],
    ["\\begin{pmatrix}2&0\\\\0&4\\end{pmatrix}^{-1}", "\\begin{pmatrix}1/2&0\\\\0&0.25\\end{pmatrix}"],
  ],
  "words, choices, data": [
    ["yes", "Yes", "Yes.", "\\text{Yes}", "YES", "**Yes**"],
    ["A", "(A)", "\\text{(A)}", "\\text{A}", "\\textbf{A}", "A.", "\\mathrm{A}"],
    ["\\text{no solution}", "No solution.", "no solution"],
    ["the midpoint", "midpoint", "The midpoint."],
    ["red", "\\text{red}", "Red.", "\\textbf{Red}", "the red"],
    ["DNE", "does not exist", "\\text{DNE}", "The limit does not exist."],
    ["no solution", "No solutions.", "\\text{no solution}", "There are no solutions"],
    ["December 25", "25 December", "Dec. 25", "the 25th of December"],
    ["noon", "12 noon", "12:00 pm", "12:00"],
    ['```json\n{"a": 1}\n```', '{"a":1}'],
    ["\\alpha+\\beta", "alpha+beta", "β + α"],
    ["2\\theta", "2 theta", "2θ"],
    ["3 March 2024", "March 3, 2024", "2024-03-03", "Mar 3rd, 2024"],
    ["3:05 pm", "15:05", "3:05 p.m.", "3:05\\text{ PM}"],
    ['{"a":1,"b":2}', '{"b": 2, "a": 1}', "{'b': 2, 'a': 1.0}"],
    ['["x", true]', "['x', True]"],
  ],
};

/** All answers of a line differ from each other. */
const different: Readonly<Record<string, readonly (readonly string[])[]>> = {
  numbers: [
    ["0.333", "1/3", "0.33333333"],
    ["0.1", "0.1000004", "0.1000008"],
    ["1-1/e", "1+1/e"],
    ["1/2^{99}", "1/2^{98}"],
    ["1-5051/2^{100}", "1-5051/2^{800}", "1"],
    ["2 2/3", "2", "4/3"],
    ["50", "50\\%"],
    ["10^{30}", "10^{30}+1", "2^{1000}", "2^{1000}+1"],
    ["100!", "101!", "1000000!", "1000001!", "1000000"],
    ["1,2", "12", "1.2", "2.1"],
    ["10 ft x 18 ft", "10 ft x 28 ft"],
    ["\\sqrt2", "1.4142", "\\sqrt3"],
    ["0.999999999", "1", "0.9999999"],
    ["0.12...", "0.1212...", "0.1222..."],
    ["100000000\\sqrt2", "100000000\\sqrt2+\\frac1{100}", "100000000\\sqrt2+\\frac1{1000}"],
    ["10^{12}\\pi", "10^{12}\\pi+10^{-5}"],
  ],
  expressions: [
    ["\\sqrt{x^2}", "x"],
    ["\\ln|x|", "\\ln x"],
    ["x+C", "x-C"],
    ["2x", "x^2", "x_2"],
    ["a+b", "a-b", "ab"],
    ["\\lceil x\\rceil", "\\lfloor x\\rfloor", "x"],
    ["Aa", "a^2", "A^2a"],
    ["\\sum_{n=0}^\\infty x^n", "\\sum_{n=1}^\\infty x^n", "\\sum_{n=0}^\\infty x^{2n}"],
    ["e^{2x}", "e^{-2x}", "e^x"],
  ],
  structures: [
    ["(1,\\infty)", "(1,\\infty]", "[1,\\infty)"],
    ["(1,2)", "\\{1,2\\}", "(2,1)", "[1,2]", "(1,2]"],
    ["(1,2,3)", "(1,2,3]", "[1,2,3]", "(3,2,1)"],
    ["x<3", "x\\le 3", "x>3", "x\\ge 3", "x\\ne 3", "x=3"],
    ["a>b>c", "a>b", "c>b>a"],
    ["\\{1,2\\}", "\\{1,2,3\\}"],
    ["x^2=4", "x=2", "x=\\pm 3"],
    ["\\pm2", "2", "-2"],
    ["x=1, y=2", "x=2, y=1", "1, 2"],
    ["xy = 5", "5", "PV = nT"],
    ["3 \\times 4 \\text{ matrix}", "4 \\times 3 \\text{ matrix}"],
    ["|x-3|<2", "|x-3|\\le 2", "|x-3|>2", "|x+3|<2"],
    ["]0,1[", "[0,1]", "[0,1[", "]0,1]"],
    ["C(5,2)", "(5,2)", "P(5,2)"],
    ["4x^2+8x+19=0", "8x^2+8x+19=0", "4x^2+8x+19=5"],
    ["x^2+y^2=1", "x^2+y^2=2", "x^2-y^2=1"],
    ["\\log_2 32 = 5", "\\log_3 32 = 5", "\\log_6 216 = 3"],
    ["\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}", "(1,2)"],
    ["7:32", "32:7"],
  ],
  "words and data": [
    ["yes", "no", "A", "B"],
    ["p \\land q", "p \\lor q", "p \\to q"],
    ["\\frac{d}{dx} x^2", "x"],
    ["café", "cafe"],
    ["3:05 am", "3:05 pm"],
    ["2024-03-03", "2024-03-04", "2024"],
    ['{"a":1}', '{"a":2}', '{"b":1}'],
    ["log-likelihood functions", "log+likelihood functions"],
  ],
};

describe.each(Object.entries(same))("the same: %s", (_, clusters) => {
  it.each(clusters.map((cluster) => [cluster[0]!, cluster]))("%s", (first, cluster) => {
    expect(cluster.filter((text) => key(text) !== key(first))).toEqual([]);
    expect(key(first)).toBeDefined();
  });
});

describe.each(Object.entries(different))("different: %s", (_, lines) => {
  it.each(lines.map((line) => [line.join("  "), line]))("%s", (_name, line) => {
    expect(new Set(line.map(key)).size).toBe(line.length);
  });
});

describe("canonicalise", () => {
  it.each([
    ["42", "integer", "42"],
    ["6/4", "rational", "3/2"],
    ["1.50", "decimal", "3/2"],
    ["1.5\\%", "percentage", "3/200"],
    ["5\\text{ cm}", "quantity", "5"],
    ["\\sqrt{2}", "expression", "≈1.414213562"],
    ["x+1=y^2", "equation", undefined],
    ["x < 3", "relation", "(-∞, 3)"],
    ["[1, \\infty)", "interval", "[1, ∞)"],
    ["(1, 2, 3)", "tuple", "(1, 2, 3)"],
    ["\\{3, 1\\}", "set", "{1, 3}"],
    ["\\begin{pmatrix}1&0\\\\0&1\\end{pmatrix}", "matrix", "[[1, 0], [0, 1]]"],
    ["(B)", "choice", "b"],
    ["Paris", "text", "text:paris"],
    ["2024-03-03", "datetime", "2024-03-03"],
    ['{"a": 1}', "code", 'json:{"a":1}'],
  ])("%s is of kind %s, with the key %s", (text, kind, expected) => {
    const form = canonicalise(text);
    expect(form?.kind).toBe(kind);
    if (expected !== undefined) expect(form?.key).toBe(expected);
  });

  it("finds nothing in a blank text", () => {
    for (const blank of ["", "  ", "\n", "$$", "\\(\\)", ".", "\\text{}"])
      expect(canonicalise(blank)).toBeNull();
  });

  it("reads decimal commas where one asks for them", () => {
    const comma = (text: string) => canonicalise(text, { decimalComma: true })?.key;
    expect(comma("1,22")).toBe("61/50");
    expect(comma("7,425,000")).toBe("7425000");
    expect(key("1,22")).toBe("{1, 22}");
  });
});

describe("equivalent", () => {
  it("compares texts and canonical forms alike, and no answer with nothing", () => {
    expect(equivalent("1/2", canonicalise("0.5"))).toBe(true);
    expect(equivalent("1/2", "1/3")).toBe(false);
    expect(equivalent(null, null)).toBe(false);
    expect(equivalent("", "")).toBe(false);
  });
});
