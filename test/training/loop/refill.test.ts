import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rejections } from "../../../src/core/curriculum/rejection.js";
import { batchNotFull, refillCount } from "../../../src/training/loop/refill.js";

describe("refillCount", () => {
  it("samples what the missing groups are likely to be found in", () => {
    expect(refillCount(32, 16, 32)).toBe(32);
    expect(refillCount(32, 24, 32)).toBe(11);
    expect(refillCount(32, 31, 40)).toBe(4);
    expect(refillCount(32, 1, 32)).toBe(32);
    expect(refillCount(32, 0, 64)).toBe(32);
  });

  it("is never more than a whole round, nor less than what is missing", () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat(98), fc.nat(500));
    fc.assert(
      fc.property(counts, ([needed, passed, more]) => {
        fc.pre(passed < needed);
        const count = refillCount(needed, passed, passed + more);
        expect(count).toBeLessThanOrEqual(needed);
        expect(count).toBeGreaterThanOrEqual(needed - passed);
      }),
    );
  });
});

describe("batchNotFull", () => {
  it("counts every reason in words of the configuration", () => {
    const { message, found } = batchNotFull(7, 2, 4, [null, ...rejections, "agreement"]);
    expect(message).toMatch(/^step 7 found 1 groups to train on in 9 sampled ones, after 2 refill rounds: /);
    expect(message).toContain("2 below rejection.minAgreement");
    for (const key of ["dropUnparsed", "zeroSignal", "rewardBand", "keepFraction"])
      expect(message).toContain(key);
    expect(found).toMatchObject({ groups: 1, sampled: 9, rejected: { agreement: 2, surplus: 1 } });
  });
});
