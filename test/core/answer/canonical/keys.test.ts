/** Keys and canonical forms to the letter: what is compared, and what is shown. */
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { rounded } from "../../../../src/core/answer/canonical/rounding.js";

const real = (h: number, l = 0) => ({ h, l });
const text = (re: number, im = 0, low = 0) => rounded({ re: real(re, low), im: real(im) });

describe("numbers as they are compared where they are not exact", () => {
  it.each([
    [Math.SQRT2, "1.414213562"],
    [-Math.SQRT2, "-1.414213562"],
    [0, "0"],
    [1e-12 * Math.SQRT2, "1.414213562e-12"],
    [9999.123456789, "9999.123457"],
  ])("%d has ten significant digits: %s", (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it.each([
    [1e4, "10000"],
    [14142.13562373095, "14142.135624"],
    [-14142.13562373095, "-14142.135624"],
    [20000.5, "20000.5"],
    [20000.000001, "20000.000001"],
    [314159265.3589793, "314159265.358979"],
    [2 ** 51 + 0.5, "2251799813685248.5"],
  ])("%d has six places after the point: %s", (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it("the part of a value below a double's precision counts", () => {
    expect(text(12345.678901, 0, 4e-7)).toBe("12345.678901");
    expect(text(12345.678901, 0, 6e-7)).toBe("12345.678902");
    expect(text(-12345.678901, 0, -6e-7)).toBe("-12345.678902");
    expect(text(12345.678901, 0, -6e-7)).toBe("12345.6789");
  });

  it("has at most 22 digits in all, however large it is", () => {
    expect(text(2 ** 60, 0, 0.1234)).toBe("1152921504606846976.123");
    expect(text(2 ** 70)).toBe("1180591620717411303424e0");
    // 2^80 = 1208925819614629174706176, of which the last three digits go.
    expect(text(2 ** 80)).toBe("1208925819614629174706e3");
    expect(text(-(2 ** 80))).toBe("-1208925819614629174706e3");
    // Rounded to the nearest, away from nothing: …176 + 424 = …600.
    expect(text(2 ** 80, 0, 424)).toBe("1208925819614629174707e3");
    expect(text(-(2 ** 80), 0, -424)).toBe("-1208925819614629174707e3");
  });

  it.each([
    [0.5, -Math.sqrt(0.75), "0.5-0.8660254038i"],
    [0.5, Math.sqrt(0.75), "0.5+0.8660254038i"],
    [0, 1, "1i"],
    [0, -1, "-1i"],
    [1, 1e-23, "1"],
    [1, 1e-21, "1+1e-21i"],
    [1e-23, 2, "2i"],
    [1e-21, 2, "1e-21+2i"],
    [2, 0, "2"],
  ])("%d and %d i are %s", (re, im, expected) => {
    expect(text(re, im)).toBe(expected);
  });
});

const keyOf = (answer: string) => canonicalise(answer)?.key;

describe("keys of constants", () => {
  it.each([
    ["\\frac{2}{4}", "1/2"],
    ["\\sqrt{2}", "≈1.414213562"],
    ["10^4\\sqrt{2}", "≈14142.135624"],
    ["\\log_4 8", "3/2"],
    ["1+2i", "1+2i"],
    ["1-2i", "1-2i"],
    ["\\frac{1}{2}i", "1/2i"],
    ["-2i", "-2i"],
    ["i^2", "-1"],
    ["i\\cdot i + 4", "3"],
    ["\\sqrt{2}+i", "≈1.414213562+1i"],
    ["1+\\sqrt{2}i", "≈1+1.414213562i"],
    ["\\sqrt{-4}", "2i"],
    ["\\infty", "∞"],
    ["-\\infty", "-∞"],
    ["\\begin{pmatrix} 1 & \\sqrt{2} \\\\ 0 & 2i \\end{pmatrix}", "[[1, ≈1.414213562], [0, 2i]]"],
    ["x - x + 3", "3"],
    ["2y - y", "y"],
    ["X", "x"],
  ])("%s: %s", (answer, key) => {
    expect(keyOf(answer)).toBe(key);
  });

  it("expressions with variables have one of their own, matrices of them too", () => {
    expect(keyOf("x^2")).toMatch(/^expression:/);
    expect(keyOf("x^2")).not.toBe(keyOf("x^2+1"));
    expect(keyOf("\\sqrt{x}")).toMatch(/^expression:/);
    expect(keyOf("ix")).not.toBe(keyOf("x"));
    const matrix = keyOf("\\begin{pmatrix} x & 1 \\\\ x^2 & y \\end{pmatrix}");
    expect(matrix).toMatch(/^\[\[x, 1\], \[expression:[^,]+, y\]\]$/);
  });

  it("what is real nowhere is complex, and what is defined nowhere no mathematics", () => {
    expect(keyOf("\\sqrt{-x^2-1}")).toMatch(/^expression:/);
    expect(canonicalise("\\frac{1}{x-x}")?.kind).toBe("text");
  });
});

describe("ends of intervals are put in order by their values", () => {
  it.each([
    ["(\\sqrt{2}, \\sqrt{3})\\cup(0,1)", "(0,1)\\cup(\\sqrt{2}, \\sqrt{3})"],
    ["(5, \\infty)\\cup(-\\infty, 2)", "(-\\infty, 2)\\cup(5, \\infty)"],
    ["[0, \\pi]\\cup[3, 4]", "[0, 4]"],
  ])("%s is %s", (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });
});

describe("canonical forms", () => {
  it.each([
    ["+007", "integer", "7", "7"],
    ["-12", "integer", "-12", "-12"],
    ["0.50", "decimal", "1/2", "1/2"],
    ["50\\%", "percentage", "1/2", "1/2"],
    ["6:4", "ratio", "3:2", "3:2"],
    ["1.234,50 €", "decimal", "2469/2", "2469/2"],
    ["2,74 $", "decimal", "137/50", "137/50"],
    ["**5**", "integer", "5", "5"],
    ["`5`", "integer", "5", "5"],
    ["```5```", "integer", "5", "5"],
    ["__5__", "integer", "5", "5"],
    ["\\text{ 7 }", "integer", "7", "7"],
    ["\\boxed{7", "integer", "7", "7"],
    ["\\boxed{\\frac{1}{2}", "rational", "1/2", "1/2"],
  ])("%s: %s %s", (answer, kind, canonical, key) => {
    expect(canonicalise(answer)).toEqual({ kind, canonical, key });
  });

  it("shows the text where the key says nothing to a reader", () => {
    const { canonical, key } = canonicalise("x^2 + 1")!;
    expect(key).toMatch(/^expression:/);
    expect(canonical).toBe("x^2 + 1");
  });

  it("there is none of a blank text", () => {
    for (const blank of ["", "  ", "\n"]) expect(canonicalise(blank)).toBeNull();
  });

  it("a key is bounded, and says how long it would have been", () => {
    const digits = "7".repeat(3000);
    const [one, other] = [canonicalise(digits)!.key, canonicalise(`${digits}7`)!.key];
    expect(one.length).toBeLessThanOrEqual(1100);
    expect(one).not.toBe(other);
    const list = (last: number) =>
      keyOf(
        Array.from({ length: 250 }, (_, i) => 1000 + i)
          .concat(last)
          .join(", "),
      )!;
    expect(list(1)).toMatch(/^.{40}…\d+:/s);
    expect(list(1)).not.toBe(list(2));
    expect(list(1)).toBe(list(1));
  });
});
