import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CollapseRule,
  collapseSigns,
  collapseVerdict,
  type Signals,
} from "../../../src/core/monitor/collapse-rule.js";

const rule: CollapseRule = {
  watch: ["topShare", "marginalAnswerEntropy", "distinctMajorityShare"],
  topShareRise: 0.15,
  entropyFall: 0.8,
  distinctFall: 0.7,
  patience: 1,
};
const signals = (
  topShare: number,
  marginalAnswerEntropy = 4,
  distinctMajorityShare: number | null = 1,
): Signals => ({
  topShare,
  marginalAnswerEntropy,
  distinctMajorityShare,
});

describe("collapseSigns", () => {
  it("names each signal that left its bound, which is one of the first step", () => {
    const first = signals(0.05, 4, 0.9);
    expect(collapseSigns(first, first, rule)).toEqual([]);
    expect(collapseSigns(first, signals(0.19, 3.3, 0.64), rule)).toEqual([]);
    expect(collapseSigns(first, signals(0.21, 3.1, 0.6), rule)).toEqual([
      { signal: "topShare", value: 0.21, bound: 0.2 },
      { signal: "marginalAnswerEntropy", value: 3.1, bound: expect.closeTo(3.2, 12) },
      { signal: "distinctMajorityShare", value: 0.6, bound: expect.closeTo(0.63, 12) },
    ]);
    expect(collapseSigns(first, signals(0.21, 3.1, 0.6), { ...rule, watch: ["topShare"] })).toHaveLength(1);
    expect(collapseSigns(first, signals(0.05, 4, null), rule)).toEqual([]);
  });
});

describe("collapseVerdict", () => {
  const run = (...shares: number[]) => shares.map((share) => signals(share));

  it("gives the collapse of EXPERIMENTS B away at its second step", () => {
    // The commonest answer's share at steps 0, 6, 12 and 24 of the collapse of seed 0.
    expect(collapseVerdict(run(0.15, 0.36), rule)).toMatchObject({ stop: true, healthy: 0 });
    expect(collapseVerdict(run(0.15, 0.36, 0.78, 0.88), { ...rule, patience: 4 })).toMatchObject({
      stop: false,
      healthy: 0,
    });
  });

  it("waits for signs in a row, and forgets those that went away", () => {
    const patient = { ...rule, patience: 2 };
    expect(collapseVerdict(run(0.1, 0.1, 0.3), patient)).toMatchObject({ stop: false, healthy: 1 });
    expect(collapseVerdict(run(0.1, 0.1, 0.3, 0.1), patient)).toMatchObject({ stop: false, healthy: 3 });
    expect(collapseVerdict(run(0.1, 0.3, 0.1, 0.3, 0.3), patient)).toMatchObject({ stop: true, healthy: 2 });
    expect(collapseVerdict(run(0.1), patient)).toEqual({ stop: false, healthy: 0, signs: [] });
  });

  it("goes back to a step without signs, after which every one had some", () => {
    const share = fc.constantFrom(0.1, 0.2, 0.3, 0.5);
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (shares, patience) => {
          const steps = run(...shares);
          const own = { ...rule, patience };
          const { stop, healthy } = collapseVerdict(steps, own);
          const sick = steps.map((step) => collapseSigns(steps[0]!, step, own).length > 0);
          expect(sick[healthy]).toBe(false);
          expect(sick.slice(healthy + 1).every(Boolean)).toBe(true);
          expect(stop).toBe(steps.length - 1 - healthy >= patience);
        },
      ),
    );
  });
});
