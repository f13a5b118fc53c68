/** Preference losses against TRL and the papers' formulas (scripts/fixtures/preference.py), to 1e-6; and what must hold for any pair. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type PreferenceOptions,
  preferenceLoss,
  type ScoredPair,
} from "../../../src/core/loss/preference.js";
import fixture from "../../fixtures/preference.json" with { type: "json" };

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("against TRL and the papers", () => {
  it.each(fixture.cases.map((c) => [c.source, c.name, c] as const))("%s: %s", (_source, _name, c) => {
    const { policy, reference, weights } = c.pairs;
    const pairs = policy.chosen.map(
      (own, i): ScoredPair => ({
        chosen: sum(own),
        rejected: sum(policy.rejected[i]!),
        referenceChosen: sum(reference.chosen[i]!),
        referenceRejected: sum(reference.rejected[i]!),
        chosenTokens: own.length,
        weight: c.weighted ? weights[i]! : 1,
      }),
    );
    const found = preferenceLoss(pairs, c.options);
    expect(Math.abs(found.loss - c.loss)).toBeLessThan(1e-6);
    found.pairs.forEach(({ chosenWeight, rejectedWeight }, i) => {
      for (const value of c.gradient.chosen[i]!) expect(Math.abs(value + chosenWeight)).toBeLessThan(1e-6);
      for (const value of c.gradient.rejected[i]!)
        expect(Math.abs(value + rejectedWeight)).toBeLessThan(1e-6);
    });
  });
});

const logprob = fc.double({ min: -60, max: 0, noNaN: true });
const pair = fc.record({
  chosen: logprob,
  rejected: logprob,
  referenceChosen: logprob,
  referenceRejected: logprob,
  chosenTokens: fc.integer({ min: 1, max: 40 }),
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
const options = fc.record({
  beta: fc.double({ min: 0.01, max: 1, noNaN: true }),
  labelSmoothing: fc.double({ min: 0, max: 0.49, noNaN: true }),
  nllWeight: fc.double({ min: 0, max: 2, noNaN: true }),
});

describe("for any pairs", () => {
  it("the weights are minus the derivative of the mean loss", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 4 }), options, (pairs, o) => {
        const { pairs: losses } = preferenceLoss(pairs, o);
        const h = 1e-4;
        pairs.forEach((_, i) => {
          const at = (change: Partial<ScoredPair>) =>
            preferenceLoss(pairs.with(i, { ...pairs[i]!, ...change }), o).loss;
          const { chosen, rejected } = pairs[i]!;
          const slope = (name: "chosen" | "rejected", from: number) =>
            (at({ [name]: from + h }) - at({ [name]: from - h })) / (2 * h);
          expect(slope("chosen", chosen)).toBeCloseTo(-losses[i]!.chosenWeight, 6);
          expect(slope("rejected", rejected)).toBeCloseTo(-losses[i]!.rejectedWeight, 6);
        });
      }),
    );
  });

  it("without an NLL term what one completion gains the other loses, and a policy at its reference has log 2", () => {
    fc.assert(
      fc.property(pair, options, (any, o) => {
        const plain = { ...o, nllWeight: 0 };
        const { chosenWeight, rejectedWeight } = preferenceLoss([any], plain).pairs[0]!;
        expect(chosenWeight).toBe(-rejectedWeight);
        const still = { ...any, referenceChosen: any.chosen, referenceRejected: any.rejected };
        const { loss, pairs } = preferenceLoss([still], plain);
        expect(loss).toBeCloseTo(any.weight * Math.log(2), 12);
        expect(pairs[0]!.margin).toBe(0);
      }),
    );
  });

  it("the mean does not depend on the order of the pairs", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 6 }), options, (pairs, o) => {
        expect(preferenceLoss(pairs.toReversed(), o).loss).toBeCloseTo(preferenceLoss(pairs, o).loss, 10);
      }),
    );
  });
});

it("margins as large as they come stay finite", () => {
  const o: PreferenceOptions = { beta: 1, labelSmoothing: 0, nllWeight: 0 };
  const far = { referenceChosen: 0, referenceRejected: 0, chosenTokens: 1, weight: 1 };
  const wrong = preferenceLoss([{ ...far, chosen: -5000, rejected: 0 }], o);
  expect(wrong).toMatchObject({ loss: 5000, pairs: [{ chosenWeight: 1, rejectedWeight: -1 }] });
  const right = preferenceLoss([{ ...far, chosen: 0, rejected: -5000 }], o);
  expect(right).toMatchObject({ loss: 0, pairs: [{ chosenWeight: 0 }] });
});
