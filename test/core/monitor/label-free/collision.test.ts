import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnsweredGroup } from "../../../../src/core/monitor/group.js";
import { collisions } from "../../../../src/core/monitor/label-free/collision.js";
import { majorityVote } from "../../../../src/core/vote/majority.js";
import { mean } from "../../../../src/numbers.js";
import { Random } from "../../../../src/random.js";
import { draw, sampleGroups } from "./simulate.js";

const groups = (...batch: (string | null)[][]): AnsweredGroup[] =>
  batch.map((answers, g) => ({ promptId: `p${g}`, answers }));

describe("collisions", () => {
  it("is right by hand", () => {
    // Within: (2·1 + 1·0)/(3·2) = 1/3 and (2·1)/(3·2) = 1/3: W = 1/3. All: a 4, b 1, c 1, N = 6.
    // Between: (16 + 1 + 1 − (4 + 1) − (4 + 1)) / (36 − 18) = 8/18 = 4/9. φ = 4/3: more alike across prompts than within, by chance.
    const { withinPrompt, crossPrompt, promptFree } = collisions(groups(["a", "a", "b"], ["a", "a", "c"]));
    expect(withinPrompt).toBeCloseTo(1 / 3, 12);
    expect(crossPrompt).toBeCloseTo(4 / 9, 12);
    expect(promptFree).toBeCloseTo(4 / 3, 12);
  });

  it("takes a missing answer for one that agrees with nothing", () => {
    // Within: 2/6 and 0; between: a in both: 2·1 of 3·3 pairs, times 2 directions over 36 − 18: (9 − 4 − 1)/18 = 4/18.
    const found = collisions(groups(["a", "a", null], ["a", null, " "]));
    expect(found.withinPrompt).toBeCloseTo(1 / 6, 12);
    expect(found.crossPrompt).toBeCloseTo(2 / 9, 12);
  });

  it.each<[string, AnsweredGroup[], number | null]>([
    ["every prompt its own answer", groups(["a", "a"], ["b", "b"]), 0],
    ["one answer to all", groups(["a", "a"], ["a", "a"], ["a", "a"]), 1],
    ["one prompt", groups(["a", "a"]), null],
    ["no prompt", [], null],
    ["no agreement anywhere within", groups(["a", "b"], ["a", "c"]), null],
    ["no answers", groups([null, null], [null, null]), null],
    ["groups of one", groups(["a"], ["a"]), null],
    ["the same prompt twice is one", [...groups(["a", "a"]), ...groups(["a", "a"])], null],
  ])("%s: φ %#", (_, batch, phi) => {
    expect(collisions(batch).promptFree).toBe(phi);
  });

  it("depends on no order, and on no names", () => {
    const answer = fc.option(fc.constantFrom("1", "2", "3"), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.array(answer, { minLength: 1, maxLength: 5 }), { maxLength: 6 }), (batch) => {
        const found = collisions(groups(...batch));
        const renamed = batch.toReversed().map((own) => own.toReversed().map((a) => a && `x${a}`));
        const other = collisions(groups(...renamed));
        for (const name of ["withinPrompt", "crossPrompt"] as const) {
          if (found[name] === null) expect(other[name]).toBeNull();
          else expect(other[name]).toBeCloseTo(found[name], 12);
        }
      }),
    );
  });

  it("is unbiased: over many batches W and B have the mean of the population", () => {
    // Three prompts: W = mean Σ_a π², B = mean over pairs Σ_a π π'.
    const policies = [
      { answers: ["a", "b"], probabilities: [0.7, 0.3] },
      { answers: ["a", "c"], probabilities: [0.2, 0.8] },
      { answers: ["a", "b", "d"], probabilities: [0.5, 0.25, 0.25] },
    ];
    const within = (0.58 + 0.68 + 0.375) / 3;
    const between = (0.7 * 0.2 + (0.7 * 0.5 + 0.3 * 0.25) + 0.2 * 0.5) / 3;
    const random = new Random(11);
    const found = Array.from({ length: 4000 }, () => collisions(sampleGroups(policies, 4, random)));
    // Standard errors are 0.003 and 0.002.
    expect(Math.abs(mean(found.map((f) => f.withinPrompt!)) - within)).toBeLessThan(0.01);
    expect(Math.abs(mean(found.map((f) => f.crossPrompt!)) - between)).toBeLessThan(0.01);
  });

  /**
   * 32 prompts of 16 rollouts, most of which give the prompt's own answer, or, where it is captured, the attractor; the rest is spread over 60 answers
   * that all prompts share. As the attractor takes more prompts it also takes them more surely. φ and agreement were computed elsewhere.
   */
  it.each([
    { captured: 0, sure: 0.62, phi: 0.01, agreement: 0.62 },
    { captured: 0.2, sure: 0.62, phi: 0.03, agreement: 0.62 },
    { captured: 0.4, sure: 0.67, phi: 0.17, agreement: 0.64 },
    { captured: 0.7, sure: 0.91, phi: 0.56, agreement: 0.82 },
    { captured: 0.9, sure: 0.965, phi: 0.84, agreement: 0.93 },
    { captured: 1, sure: 0.99, phi: 1, agreement: 0.99 },
  ])("follows an attractor that captured $captured of the prompts", ({ captured, sure, phi, agreement }) => {
    const random = new Random(7);
    const others = Array.from({ length: 60 }, (_, i) => `o${i}`);
    const batches = Array.from({ length: 60 }, () => {
      const policies = Array.from({ length: 32 }, (_, g) => {
        const taken = g < Math.round(captured * 32);
        const mode = taken ? sure : 0.62;
        return {
          answers: [taken ? "attractor" : `own${g}`, ...others],
          probabilities: [mode, ...others.map(() => (1 - mode) / 60)],
        };
      });
      const batch = sampleGroups(policies, 16, random);
      const votes = batch.map(({ answers }) => majorityVote(answers).share);
      return { phi: collisions(batch).promptFree!, agreement: mean(votes) };
    });
    expect(Math.abs(mean(batches.map((own) => own.phi)) - phi)).toBeLessThan(0.03);
    expect(Math.abs(mean(batches.map((own) => own.agreement)) - agreement)).toBeLessThan(0.02);
  });

  it("draws as it says", () => {
    const random = new Random(3);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[draw([0.5, 0.3, 0.2], random)]!++;
    expect(counts.map((c) => Math.round(c / 300))).toEqual([5, 3, 2]);
  });
});
