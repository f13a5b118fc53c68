/** The arithmetic behind fingerprints: 28 digits, by identities and by digits that are known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as C from "../../../../src/core/answer/canonical/math/complex.js";
import * as D from "../../../../src/core/answer/canonical/math/double-double.js";
import {
  angle,
  circular,
  exponential,
  gamma,
  logarithm,
} from "../../../../src/core/answer/canonical/math/elementary.js";
import * as Q from "../../../../src/core/answer/canonical/math/rational.js";
import { meaningOfDecimal, simplestNear } from "../../../../src/core/answer/canonical/math/simplest.js";

const number = fc.double({ min: 0.01, max: 100, noNaN: true });

/** The relative difference of two numbers; what is nearly 0 is compared with 1. */
const apart = (a: D.Real, b: D.Real) => Math.abs(D.add(a, D.negative(b)).h) / Math.max(1, Math.abs(b.h));

/** A number of 32 digits. */
const digits = (text: string): D.Real => {
  const [whole = "", fraction = ""] = text.split(".");
  return D.fromRational({ n: BigInt(whole + fraction), d: 10n ** BigInt(fraction.length) });
};

describe("double-doubles", () => {
  it("are exact to 30 digits in the four operations and the root", () => {
    fc.assert(
      fc.property(number, number, (x, y) => {
        const [a, b] = [D.real(x), D.real(y)];
        const exact = (value: D.Real) => D.toRational(value);
        const [p, q] = [exact(a), exact(b)];
        const near = (value: D.Real, n: bigint, d: bigint) => apart(value, D.fromRational({ n, d })) < 1e-30;
        expect(near(D.multiply(a, b), p.n * q.n, p.d * q.d)).toBe(true);
        expect(near(D.divide(a, b), p.n * q.d, p.d * q.n)).toBe(true);
        expect(near(D.add(a, b), p.n * q.d + q.n * p.d, p.d * q.d)).toBe(true);
        const root = D.squareRoot(a);
        expect(apart(D.multiply(root, root), a) / x).toBeLessThan(1e-29);
      }),
    );
  });

  it.each([
    ["e", () => exponential(D.ONE), "2.71828182845904523536028747135266"],
    ["ln 10", () => logarithm(D.real(10)), "2.30258509299404568401799145468436"],
    ["ln 1.0001", () => logarithm(digits("1.0001")), "0.00009999500033330833533316668095113"],
    ["sin 1", () => circular(D.ONE).sine, "0.84147098480789650665250232163030"],
    ["cos 100", () => circular(D.real(100)).cosine, "0.86231887228768393410193851395084"],
    ["arctan 2", () => angle(D.real(2), D.ONE), "1.10714871779409050301706546017854"],
    ["Γ(1/3)", () => gamma(D.divide(D.ONE, D.real(3))), "2.67893853470774763365569294097468"],
    ["√2", () => D.squareRoot(D.real(2)), "1.41421356237309504880168872420970"],
  ])("%s", (_, compute, expected) => {
    expect(apart(compute(), digits(expected))).toBeLessThan(1e-28);
  });

  // From mpmath. The turns take twelve of 31 digits.
  it.each([
    [1e12, "-0.61123870237688949819202041532463", "0.79144630185289027005376621411433"],
    [999999999989, "0.78873339296833396446275381437506", "0.61473541854741025675182489381536"],
    [-999999999989, "-0.78873339296833396446275381437506", "0.61473541854741025675182489381536"],
  ])("the sine and cosine of the large angle %d", (x, sine, cosine) => {
    const found = circular(D.real(x));
    expect(apart(found.sine, digits(sine))).toBeLessThan(1e-18);
    expect(apart(found.cosine, digits(cosine))).toBeLessThan(1e-18);
  });

  it("a larger angle has no sine", () => {
    expect(() => circular(D.real(1.001e12))).toThrow("sine of a large number");
  });

  it.each([1e-26, 1e-30, 1e-200, -1e-30])("takes a tiny angle for its own tangent: %d", (x) => {
    for (const of of [C.arctan, C.arcsin]) expect(of(C.number(x)).re.h / x).toBeCloseTo(1, 12);
  });

  it("meets identities to 27 digits", () => {
    fc.assert(
      fc.property(number, fc.double({ min: -20, max: 20, noNaN: true }), (x, y) => {
        const [a, b] = [D.real(x), D.real(y)];
        expect(apart(exponential(logarithm(a)), a) / Math.max(1, x)).toBeLessThan(1e-27);
        const { sine, cosine } = circular(b);
        expect(apart(D.add(D.multiply(sine, sine), D.multiply(cosine, cosine)), D.ONE)).toBeLessThan(1e-28);
        const next = gamma(D.add(a, D.ONE));
        expect(apart(next, D.multiply(a, gamma(a))) / Math.max(1, next.h)).toBeLessThan(1e-26);
        const z: C.Complex = { re: a, im: b };
        // Angles below 1e-26 are taken for none, so that multiples of π/2 are met exactly: that share of z may be lost.
        const lost = C.modulus(C.subtract(C.exp(C.log(z)), z)).re.h;
        expect(lost / Math.max(1, C.modulus(z).re.h)).toBeLessThan(1.01e-26);
        expect(C.modulus(C.subtract(C.sin(C.arcsin(z)), z)).re.h).toBeLessThan(1e-23);
      }),
      { examples: [[1.0000000000000002, 1e-26]] },
    );
  });
});

describe("rationals", () => {
  it("have exact powers and roots, where these are rational", () => {
    const q = (n: number, d = 1) => Q.rational(BigInt(n), BigInt(d));
    expect(Q.power(q(8, 27), q(-2, 3))).toEqual(q(9, 4));
    expect(Q.power(q(-8), q(1, 3))).toEqual(q(-2));
    expect(Q.power(q(2), q(1, 2))).toBeNull();
    expect(Q.power(q(-4), q(1, 2))).toBeNull();
    expect(Q.power(q(0), q(-1))).toBeNull();
    expect(Q.power(q(9), Q.rational(10n ** 9n))).toBeNull();
    expect(Q.power(q(-1), Q.rational(10n ** 9n + 1n))).toEqual(q(-1));
  });

  it("are found from their digits, and not from fewer than nine", () => {
    const meaning = (text: string) => {
      const [whole = "", fraction = ""] = text.split(".");
      return meaningOfDecimal(Q.fromDecimal(whole, fraction)!);
    };
    expect(meaning("0.333333333")).toEqual({ exact: { n: 1n, d: 3n } });
    expect(meaning("0.33333333")).toEqual({ exact: { n: 33333333n, d: 100000000n } });
    expect(meaning("81.6326530612")).toEqual({ exact: { n: 4000n, d: 49n } });
    expect(meaning("1.41421356237")).toHaveProperty("rounded");
    expect(meaning("1234567.89")).toEqual({ exact: { n: 123456789n, d: 100n } });
  });

  it("the simplest within a tolerance is the first convergent that is near enough", () => {
    const pi = Q.fromDecimal("3", "14159265358979")!;
    const near = (n: bigint, d: bigint) => simplestNear(pi, { n, d }, 10n ** 9n);
    expect(near(1n, 100n)).toEqual({ n: 22n, d: 7n });
    expect(near(1n, 1_000_000n)).toEqual({ n: 355n, d: 113n });
    expect(simplestNear(pi, { n: 1n, d: 10n ** 12n }, 1000n)).toBeNull();
  });
});
