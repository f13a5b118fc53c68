/** KL of answers and of reasoning, against sums by hand. */
import { expect, it } from "vitest";
import { type ScoredSample, spanKl } from "../../../../src/core/monitor/label-free/span-kl.js";

const k3 = (d: number) => Math.exp(d) - 1 - d;
/** A sample whose reference differs by these amounts from the policy. */
const sample = (d: readonly number[], answerFrom: number | null, answerTo: number | null): ScoredSample => ({
  logprobs: d.map(() => -1),
  referenceLogprobs: d.map((own) => own - 1),
  answerFrom,
  answerTo,
});

it("averages over the tokens of answers, over the others of the samples that answered, and over all", () => {
  const { sequenceKl, tokenKl, answerSpanKl, reasoningKl } = spanKl([
    sample([0.1, -0.2, 1, -2, 0.3], 2, 4),
    sample([0.5], null, null),
  ]);
  const first = [0.1, -0.2, 1, -2, 0.3].map(k3);
  const all = [...first, k3(0.5)].reduce((a, b) => a + b);
  expect(sequenceKl).toBeCloseTo(all / 2, 12);
  expect(tokenKl).toBeCloseTo(all / 6, 12);
  expect(answerSpanKl).toBeCloseTo((k3(1) + k3(-2)) / 2, 12);
  expect(reasoningKl).toBeCloseTo((k3(0.1) + k3(-0.2) + k3(0.3)) / 3, 12);
});

it("is 0 where nothing moved, and says nothing of answers where there are none", () => {
  expect(spanKl([sample([0, 0], 0, 1)])).toEqual({
    sequenceKl: 0,
    tokenKl: 0,
    answerSpanKl: 0,
    reasoningKl: 0,
  });
  expect(spanKl([sample([1], null, null)])).toMatchObject({ answerSpanKl: null, reasoningKl: null });
  expect(spanKl([sample([1], 0, 1)])).toMatchObject({ reasoningKl: null });
});
