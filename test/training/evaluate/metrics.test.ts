import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationMetrics, passAtK, scorePrompt } from "../../../src/training/evaluate/metrics.js";

/** Share of the k-subsets of n samples, c of them right, that hold a right one: by counting. */
function passByCounting(n: number, c: number, k: number): number {
  let subsets = 0;
  let passed = 0;
  for (let mask = 0; mask < 1 << n; mask++) {
    const chosen = Array.from({ length: n }, (_, i) => i).filter((i) => mask & (1 << i));
    if (chosen.length !== k) continue;
    subsets++;
    if (chosen.some((i) => i < c)) passed++;
  }
  return passed / subsets;
}

describe("passAtK", () => {
  it("is the share of k-subsets with a right sample", () => {
    for (let n = 1; n <= 7; n++) {
      for (let c = 0; c <= n; c++) {
        for (let k = 1; k <= n; k++) expect(passAtK(n, c, k)).toBeCloseTo(passByCounting(n, c, k), 12);
      }
    }
  });

  it("does not overflow", () => {
    expect(passAtK(1000, 1, 500)).toBeCloseTo(0.5, 12);
  });

  it.each([0, 5, Number.NaN])("refuses k = %d of 4 samples", (k) => {
    expect(() => passAtK(4, 1, k)).toThrow(expect.objectContaining({ code: "evaluate-pass-k" }));
  });
});

describe("scorePrompt", () => {
  it("counts right samples and the right majority", () => {
    const answers = ["7", "7", "8", null];
    expect(scorePrompt({ id: "p", answers }, "7")).toEqual({
      samples: 4,
      correct: 2,
      majority: 1,
      agreement: 0.5,
    });
    expect(scorePrompt({ id: "p", answers, greedy: "8" }, "8")).toEqual({
      samples: 4,
      correct: 1,
      majority: 0,
      agreement: 0.5,
      greedy: 1,
    });
  });

  it("gives a tie the chance that the right answer has", () => {
    expect(scorePrompt({ id: "p", answers: ["7", "8", "9", "9", "7"] }, "9").majority).toBe(1 / 2);
    expect(scorePrompt({ id: "p", answers: ["7", "8"] }, "9").majority).toBe(0);
  });

  it("counts a prompt without a label, and a solution without an answer, as wrong", () => {
    expect(scorePrompt({ id: "p", answers: ["7", null], greedy: null }, null)).toEqual({
      samples: 2,
      correct: 0,
      majority: 0,
      agreement: 0.5,
      greedy: 0,
    });
    expect(scorePrompt({ id: "p", answers: [null, null] }, "7")).toEqual({
      samples: 2,
      correct: 0,
      majority: 0,
      agreement: 0,
    });
  });

  it("does not depend on the order of the samples", () => {
    const answers = fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(answers, (list) => {
        expect(scorePrompt({ id: "p", answers: [...list].reverse() }, "1")).toEqual(
          scorePrompt({ id: "p", answers: list }, "1"),
        );
      }),
    );
  });
});

describe("evaluationMetrics", () => {
  const labels = new Map([
    ["a", "1"],
    ["b", "2"],
  ]);
  const prompts = [
    { id: "a", answers: ["1", "1", "3", "4"], greedy: "1" },
    { id: "b", answers: ["5", "5", "2", null], greedy: "2" },
    { id: "unlabelled", answers: ["1", "1", "1", "1"], greedy: "1" },
  ];

  it("averages over prompts", () => {
    const metrics = evaluationMetrics(prompts, labels, { seed: 0, passK: 2 });
    expect(metrics).toMatchObject({ prompts: 3, samples: 4 });
    expect(metrics.mean.value).toBeCloseTo((2 / 4 + 1 / 4 + 0) / 3, 12);
    expect(metrics.maj.value).toBeCloseTo(1 / 3, 12);
    expect(metrics.pass.value).toBeCloseTo((5 / 6 + 1 / 2 + 0) / 3, 12);
    expect(metrics.greedy?.value).toBeCloseTo(2 / 3, 12);
    expect(metrics.byPrompt).toEqual({
      mean: [2 / 4, 1 / 4, 0],
      maj: [1, 0, 0],
      greedy: [1, 1, 0],
      agreement: [2 / 4, 2 / 4, 1],
    });
    expect(metrics.mean.lo).toBeLessThan(metrics.mean.value);
    expect(metrics.mean.hi).toBeGreaterThan(metrics.mean.value);
  });

  it("takes pass@k over all samples unless told", () => {
    expect(evaluationMetrics(prompts, labels, { seed: 0 }).pass.value).toBeCloseTo(2 / 3, 12);
  });

  it("has no greedy figure unless every prompt has a greedy solution", () => {
    const [first, ...rest] = prompts;
    const partial = [{ id: first!.id, answers: first!.answers }, ...rest];
    expect(evaluationMetrics(partial, labels, { seed: 0 })).not.toHaveProperty("greedy");
  });

  it("refuses no prompts", () => {
    expect(() => evaluationMetrics([], labels, { seed: 0 })).toThrow(
      expect.objectContaining({ code: "evaluate-no-prompts" }),
    );
  });
});
