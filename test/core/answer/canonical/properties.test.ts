/** Properties of the relation: it is an equivalence, renderings of a value fall in one class, and other values do not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { equivalent } from "../../../../src/core/answer/equivalent.js";
import { runs } from "./runs.js";

const key = (text: string) => canonicalise(text)?.key ?? null;

const pieces = fc
  .array(
    fc.constantFrom(
      ..."1 2 0 . , x y + - * / ^ _ { } ( ) [ ] \\{ \\} | = < > \\frac \\sqrt \\sin \\pi \\infty \\cup % ! \\text{cm} e i & \\\\ $ : and".split(
        " ",
      ),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));
const anything = fc.oneof(
  pieces,
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

describe("the relation", () => {
  it("is reflexive, symmetric and transitive on any texts", () => {
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        expect(equivalent(a, a)).toBe(canonicalise(a) !== null);
        expect(equivalent(a, b)).toBe(equivalent(b, a));
        if (equivalent(a, b) && equivalent(b, c)) expect(equivalent(a, c)).toBe(true);
      }),
      { numRuns: runs(500) },
    );
  });

  it("is transitive on short answers, of which many are equal", () => {
    const short = fc.array(fc.constantFrom("1", "2", "x", "=", "+", "-", ",", "(", ")", "/"), {
      minLength: 1,
      maxLength: 4,
    });
    const texts = short.map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(texts, { minLength: 3, maxLength: 30 }), (group) => {
        const classes = new Map<string, string[]>();
        for (const text of group) {
          const own = key(text);
          if (own !== null) classes.set(own, [...(classes.get(own) ?? []), text]);
        }
        for (const [own, members] of classes)
          for (const a of members) for (const b of group) expect(equivalent(a, b)).toBe(key(b) === own);
      }),
      { numRuns: runs(100) },
    );
  });

  it("knows a form by its key alone, whatever was read before", () => {
    fc.assert(
      fc.property(pieces, pieces, (a, b) => {
        const before = canonicalise(a);
        canonicalise(b);
        expect(canonicalise(a)).toEqual(before);
      }),
      { numRuns: runs(300) },
    );
  });
});

const integers = fc.integer({ min: -5000, max: 5000 });
const naturals = fc.integer({ min: 1, max: 400 });

/** Ways of writing n/d. */
function renderings(n: number, d: number): string[] {
  const common = (a: number, b: number): number => (b === 0 ? Math.abs(a) : common(b, a % b));
  const by = common(n, d);
  const whole = Math.trunc(n / d);
  const rest = Math.abs(n % d);
  const sign = n < 0 ? "-" : "";
  return [
    `${n}/${d}`,
    `\\frac{${n}}{${d}}`,
    `$\\dfrac{${n / by}}{${d / by}}$`,
    `${sign}\\frac{${Math.abs(3 * n)}}{${3 * d}}.`,
    `\\boxed{\\left(${n}\\right) \\div ${d}}`,
    `x = ${n} \\cdot ${d}^{-1}`,
    `\\frac{${100 * n}}{${d}}\\%`,
    `${n}/${d} \\text{ cm}`,
    `\\frac{${n}\\sqrt{2}}{${d}\\sqrt{2}}`,
    ...(rest > 0 ? [`${sign}${Math.abs(whole)} ${rest}/${d}`.replace(/^(-?)0 /, "$1")] : [String(n / d)]),
    ...(1000 % (d / by) === 0 ? [(n / d).toFixed(3), String(n / d), `${Math.round((n / d) * 1000)}e-3`] : []),
  ];
}

describe("values", () => {
  it("all renderings of a rational are one answer", () => {
    fc.assert(
      fc.property(integers, naturals, (n, d) => {
        const forms = renderings(n, d);
        expect(forms.filter((text) => key(text) !== key(forms[0]!))).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  it("different rationals are different answers, however they are written", () => {
    fc.assert(
      fc.property(integers, naturals, integers, naturals, fc.nat(9), (a, b, c, d, k) => {
        fc.pre(a * d !== b * c);
        expect(key(renderings(a, b)[k]!)).not.toBe(key(renderings(c, d)[k]!));
      }),
      { numRuns: runs(500) },
    );
  });

  it("different decimals of up to eight digits are different answers", () => {
    const decimal = fc
      .tuple(fc.nat(9999), fc.nat(9999))
      .map(([a, b]) => `${a}.${String(b).padStart(4, "0")}`);
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(equivalent(a, b)).toBe(Number(a) === Number(b));
      }),
    );
  });

  it("sets have no order, tuples have one", () => {
    const values = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(values, (elements) => {
        const turned = elements.toReversed();
        expect(equivalent(elements.join(", "), `\\{${turned.join(",")}\\}`)).toBe(true);
        expect(equivalent(`(${elements.join(",")})`, `(${turned.join(",")})`)).toBe(false);
      }),
    );
  });
});

interface Formula {
  readonly plain: string;
  /** The same, by the laws of arithmetic. */
  readonly other: string;
  /** A bound of its value, and of those of its parts, for variables up to 10. */
  readonly size: number;
  /** A bound of the angles in it and in what it is made of. */
  readonly angle: number;
}

/** A formula but for its angle, which is that of its parts unless it has one of its own. */
type Joined = Omit<Formula, "angle"> & { readonly angle?: number };

const leaf: fc.Arbitrary<Formula> = fc
  .oneof(
    fc.constantFrom("x", "y", "a_1", "\\pi", "\\theta").map((plain) => ({ plain, other: plain, size: 10 })),
    fc.integer({ min: 1, max: 99 }).map((n) => ({ plain: String(n), other: `(${n + 7}-7)`, size: n + 7 })),
    fc
      .integer({ min: 2, max: 30 })
      .map((n) => ({ plain: `\\sqrt{${n}}`, other: `${n}^{\\frac12}`, size: n })),
  )
  .map((formula) => ({ ...formula, angle: 0 }));

const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
  const two = (join: (a: Formula, b: Formula) => Joined) =>
    fc
      .tuple(tie("formula"), tie("formula"))
      .map(([a, b]) => ({ angle: Math.max(a.angle, b.angle), ...join(a, b) }));
  const one = (wrap: (a: Formula) => Joined) => tie("formula").map((a) => ({ angle: a.angle, ...wrap(a) }));
  return {
    formula: fc.oneof(
      { maxDepth: 4 },
      leaf,
      two((a, b) => ({
        plain: `(${a.plain}+${b.plain})`,
        other: `\\left(${b.other} + ${a.other}\\right)`,
        size: a.size + b.size,
      })),
      two((a, b) => ({
        plain: `${a.plain}\\cdot ${b.plain}`,
        other: `(${b.other})(${a.other})`,
        size: a.size * b.size,
      })),
      two((a, b) => ({
        plain: `(${a.plain}-${b.plain})`,
        other: `(-1)(${b.other}-${a.other})`,
        size: a.size + b.size,
      })),
      two((a, b) => ({
        plain: `\\frac{${a.plain}}{1+(${b.plain})^2}`,
        other: `(${a.other})/((${b.other}) \\cdot (${b.other})+1)`,
        size: Math.max(a.size, b.size ** 2 + 1),
      })),
      one((a) => ({
        plain: `(${a.plain})^2`,
        other: `\\left(${a.other}\\right)\\left(${a.other}\\right)`,
        size: a.size ** 2,
      })),
      one((a) => ({
        plain: `\\cos(2(${a.plain}))`,
        other: `(1-2\\sin^2(${a.other}))`,
        size: Math.max(2 * a.size, 1),
        angle: Math.max(2 * a.size, a.angle),
      })),
      one((a) => ({ plain: `|${a.plain}|`, other: `\\sqrt{(${a.other})^2}`, size: a.size ** 2 })),
    ),
  };
});

describe("expressions", () => {
  it("what the laws of arithmetic make of an expression is the same answer", () => {
    const read = { both: 0 };
    fc.assert(
      fc.property(formula, ({ plain, other, angle }) => {
        // The sine of a larger one is undefined, and twice an angle may be where it is not.
        fc.pre(angle < 1e12);
        const [a, b] = [key(plain), key(other)];
        // What is too long or too large for one of them is text.
        if (a === null || b === null || a.startsWith("text:") || b.startsWith("text:")) return;
        read.both++;
        expect([other, b]).toEqual([other, a]);
      }),
      { numRuns: runs(400) },
    );
    expect(read.both).toBeGreaterThan(0.7 * runs(400));
  });

  /** Of 22 digits two stand behind the point below 10^20. What is larger is told from itself plus 1/100 only where it is exact. */
  it("an expression below 10^20 differs from itself plus something", () => {
    fc.assert(
      fc.property(formula, fc.integer({ min: 1, max: 20 }), ({ plain, size }, n) => {
        fc.pre(size < 1e20);
        expect(equivalent(plain, `${plain}+\\frac{${n}}{100}`)).toBe(false);
      }),
      { numRuns: runs(300) },
    );
  });

  it("a value of any size differs from itself by a part in 10^20", () => {
    const power = fc.integer({ min: -20, max: 200 });
    fc.assert(
      fc.property(formula, power, fc.integer({ min: 1, max: 99 }), ({ plain, size }, k, n) => {
        fc.pre(size < 1e20);
        const scaled = (by: string) => `(${by})(2+\\cos(${plain}))\\cdot 10^{${k}}`;
        // Ten digits of a small number, up to 22 of a large one.
        const digits = Math.max(9, Math.min(20, 5 + k));
        expect(equivalent(scaled("1"), scaled(`1+${n}\\cdot 10^{-${digits}}`))).toBe(false);
      }),
      { numRuns: runs(300) },
    );
  });

  it("an equation stays one when it is scaled and its sides change places", () => {
    fc.assert(
      fc.property(formula, fc.integer({ min: 2, max: 9 }), ({ plain }, n) => {
        const [a, b] = [key(`z^2 + ${plain} = z`), key(`${n}z = ${n}(${plain}) + ${n}z^2`)];
        if (a?.startsWith("equation:") && b?.startsWith("equation:")) expect(b).toBe(a);
      }),
      { numRuns: runs(200) },
    );
  });
});
