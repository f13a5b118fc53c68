/** What lies between sampler and trainer, by hand. */
import { describe, expect, it } from "vitest";
import { type MismatchBounds, mismatchFactors, mismatchFigures } from "../../../src/core/loss/mismatch.js";

const sampled = [Math.log(0.5), Math.log(0.2)];
/** ρ = 0.8 and 3; of the sequence 2.4. */
const trained = [Math.log(0.4), Math.log(0.6)];
const factors = (kind: MismatchBounds["kind"], low: number, high: number, own = trained) =>
  [...mismatchFactors({ kind, low, high }, sampled, own)].map((factor) => Number(factor.toFixed(6)));

describe("the mismatch of sampler and trainer", () => {
  it("has the figures of a hand computation", () => {
    const figures = mismatchFigures([sampled], [trained])!;
    expect(figures.ratio).toBeCloseTo((0.8 + 3) / 2, 9);
    expect(figures.kl).toBeCloseTo((0.8 - 1 - Math.log(0.8) + 3 - 1 - Math.log(3)) / 2, 9);
    expect(figures.largest).toBeCloseTo(Math.log(3), 9);
    expect(figures.outside).toBe(0.5);
    expect(mismatchFigures([[]], [[]])).toBeNull();
  });

  it("masks and truncates tokens and sequences", () => {
    expect(factors("token-truncate", 0, 2)).toEqual([0.8, 2]);
    expect(factors("token-mask", 0.5, 2)).toEqual([1, 0]);
    expect(factors("token-mask", 0.9, 4)).toEqual([0, 1]);
    expect(factors("sequence-truncate", 0, 2)).toEqual([2, 2]);
    expect(factors("sequence-truncate", 0, 3)).toEqual([2.4, 2.4]);
    expect(factors("sequence-mask", 0, 3)).toEqual([1, 1]);
    expect(factors("sequence-mask", 0, 2)).toEqual([0, 0]);
    expect(factors("sequence-mask", 2.5, 3)).toEqual([0, 0]);
  });

  it("changes nothing where the two agree", () => {
    for (const kind of ["sequence-mask", "sequence-truncate", "token-mask", "token-truncate"] as const)
      expect(factors(kind, 0.5, 2, sampled)).toEqual([1, 1]);
    expect(mismatchFigures([sampled], [sampled])).toEqual({ kl: 0, ratio: 1, largest: 0, outside: 0 });
  });

  it("stays finite where a token is impossible to one of the two", () => {
    const figures = mismatchFigures([[-1e9]], [[0]])!;
    expect(Number.isFinite(figures.kl) && Number.isFinite(figures.ratio)).toBe(true);
    expect(figures.largest).toBe(1e9);
  });
});
