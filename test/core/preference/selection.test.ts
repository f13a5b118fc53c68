/** What votes prefer: completions and pairs, for any answers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { majorityCompletions } from "../../../src/core/preference/completions.js";
import { consistencyPairs, majorityPairs, type PairOptions } from "../../../src/core/preference/pairs.js";
import type { VotedPrompt } from "../../../src/core/preference/voted-prompt.js";
import { majorityVote } from "../../../src/core/vote/majority.js";

/** A prompt with these answers; `text` of each completion is its answer, so that equal answers are repeated completions. */
function voted(answers: readonly (string | null)[], id = "p", unusable: readonly number[] = []): VotedPrompt {
  const { label, share } = majorityVote(answers);
  return {
    prompt: { id, text: id },
    promptTokens: [1],
    completions: answers.map((answer, i) => ({
      text: `#${answer ?? "…"}`,
      tokens: [2, 3],
      finish: answer === null ? "length" : "stop",
      answer,
      usable: !unusable.includes(i),
    })),
    label,
    agreement: share,
  };
}

const answers = fc.array(fc.constantFrom("1", "2", "3", "4", null), { minLength: 1, maxLength: 12 });
const batch = fc
  .array(answers, { minLength: 1, maxLength: 6 })
  .map((all) => all.map((own, i) => voted(own, `p${i}`)));
const options = fc.record({
  threshold: fc.double({ min: 0, max: 1, noNaN: true }),
  pairsPerPrompt: fc.integer({ min: 1, max: 5 }),
  rejectUnanswered: fc.boolean(),
  key: fc.constant([3, 1]),
});

const total = (dropped: Readonly<Record<string, number>>) =>
  Object.values(dropped).reduce((a, b) => a + b, 0);

describe("majority completions", () => {
  it("are all that gave the majority answer, of the prompts that agree enough", () => {
    fc.assert(
      fc.property(batch, fc.double({ min: 0, max: 1, noNaN: true }), (prompts, threshold) => {
        const { items, dropped } = majorityCompletions(prompts, { threshold });
        const expected = prompts.flatMap(({ completions, label, agreement }, prompt) =>
          label === null || agreement < threshold
            ? []
            : completions.flatMap(({ answer }, chosen) => (answer === label ? [{ prompt, chosen }] : [])),
        );
        expect(items).toEqual(expected);
        expect(new Set(items.map(({ prompt }) => prompt)).size + total(dropped)).toBe(prompts.length);
      }),
    );
  });

  it("distinct ones are different texts, the first of each, and no more than asked for", () => {
    const prompt = voted(["7", "7", "2", "7"]);
    expect(majorityCompletions([prompt], { threshold: 0, distinct: 2 }).items).toEqual([
      { prompt: 0, chosen: 0 },
    ]);
    const other = {
      ...prompt,
      completions: prompt.completions.map((own, i) => ({ ...own, text: `${own.text}${i % 2}` })),
    };
    const chosen = (distinct: number) =>
      majorityCompletions([other], { threshold: 0, distinct }).items.map((item) => item.chosen);
    expect(chosen(5)).toEqual([0, 1]);
    expect(chosen(1)).toEqual([0]);
  });
});

for (const [name, pairsOf] of [
  ["majority", majorityPairs],
  ["consistency", consistencyPairs],
] as const)
  describe(`${name} pairs`, () => {
    it("put a completion with the majority answer against one of the same prompt without it, never twice", () => {
      fc.assert(
        fc.property(batch, options, (prompts, o) => {
          const { items, dropped } = pairsOf(prompts, o);
          for (const { prompt, chosen, rejected, weight } of items) {
            const { completions, label, agreement } = prompts[prompt]!;
            expect(completions[chosen]!.answer).toBe(label);
            expect(completions[rejected]!.answer).not.toBe(label);
            if (!o.rejectUnanswered) expect(completions[rejected]!.answer).not.toBeNull();
            expect(agreement).toBeGreaterThanOrEqual(o.threshold);
            expect(weight).toBeGreaterThan(0);
            expect(weight).toBeLessThanOrEqual(1);
          }
          expect(new Set(items.map((pair) => JSON.stringify(pair))).size).toBe(items.length);
          for (const [i] of prompts.entries())
            expect(items.filter(({ prompt }) => prompt === i).length).toBeLessThanOrEqual(o.pairsPerPrompt);
          expect(new Set(items.map(({ prompt }) => prompt)).size + total(dropped)).toBe(prompts.length);
        }),
      );
    });

    it("of a prompt do not depend on the others", () => {
      fc.assert(
        fc.property(batch, options, (prompts, o) => {
          const at = (all: readonly VotedPrompt[], i: number) =>
            pairsOf(all, o).items.flatMap(({ prompt, ...pair }) => (prompt === i ? [pair] : []));
          prompts.forEach((own, i) => {
            expect(at([own], 0)).toEqual(at(prompts, i));
          });
        }),
      );
    });
  });

const take = (changes: Partial<PairOptions> = {}): PairOptions => ({
  threshold: 0,
  pairsPerPrompt: 9,
  rejectUnanswered: true,
  key: [0],
  ...changes,
});

describe("ScPO", () => {
  it("rejects the answer with the fewest votes, and weighs by the difference of the shares", () => {
    const prompt = voted(["1", "1", "1", "1", "2", "2", "2", "3", "3", "1"]);
    const { items } = consistencyPairs([prompt], take());
    expect(items).toHaveLength(5);
    for (const { rejected, weight } of items) {
      expect(prompt.completions[rejected]!.answer).toBe("3");
      expect(weight).toBeCloseTo((5 - 2) / 10, 12);
    }
  });

  it("a completion without an answer has no votes: it is the least consistent, or left out", () => {
    const prompt = voted(["1", "1", null, "2"]);
    const rejected = (rejectUnanswered: boolean) =>
      consistencyPairs([prompt], take({ rejectUnanswered, pairsPerPrompt: 1 })).items.map(
        ({ rejected: sample, weight }) => [sample, weight],
      );
    expect(rejected(true)).toEqual([[2, 0.5]]);
    expect(rejected(false)).toEqual([[3, 0.25]]);
  });

  it("prefers nothing where a weighted vote's label has no more completions than what it would be put against", () => {
    const prompt = { ...voted(["1", "2"]), label: "1", agreement: 0.9 };
    expect(consistencyPairs([prompt], take())).toMatchObject({ items: [], dropped: { noRejected: 1 } });
    expect(majorityPairs([prompt], take()).items).toHaveLength(1);
  });
});

describe("what is dropped is counted by its reason", () => {
  it("for pairs", () => {
    const prompts = [
      voted(["1", "2"], "tied"),
      voted([null, null], "nobody"),
      voted(["1", "1", "2", "3"], "low"),
      voted(["1", "1"], "unanimous"),
      voted(["1", "1", "2"], "long", [0, 1]),
      voted(["1", "1", "1", "2"], "kept"),
    ];
    const { items, dropped } = majorityPairs(prompts, take({ threshold: 0.6 }));
    expect(dropped).toEqual({ noLabel: 2, lowAgreement: 1, noRejected: 1, tooLong: 1 });
    expect(new Set(items.map(({ prompt }) => prompt))).toEqual(new Set([5]));
  });

  it("a completion that cannot be learned votes, and is not learned", () => {
    const prompt = voted(["1", "1", "1", "2", "2"], "p", [0, 3]);
    expect(majorityCompletions([prompt], { threshold: 0.6 }).items.map(({ chosen }) => chosen)).toEqual([
      1, 2,
    ]);
    for (const { chosen, rejected } of majorityPairs([prompt], take()).items) {
      expect([1, 2]).toContain(chosen);
      expect(rejected).toBe(4);
    }
  });
});
