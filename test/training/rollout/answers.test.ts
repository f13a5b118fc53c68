/** Answers as groups are sampled: how they are read, what a failing grader does, and how they vote. */
import { describe, expect, it } from "vitest";
import { answersSchema, voteSchema } from "../../../src/config/answers-config.js";
import { registerCanonicaliser } from "../../../src/core/answer/canonicalisers.js";
import { readingOf } from "../../../src/data/reading.js";
import type { Sampler } from "../../../src/engine/engine.js";
import type { FinishReason, Group } from "../../../src/group.js";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { noticeFailures } from "../../../src/run/grader-notice.js";
import type { TrainerEvent } from "../../../src/run/observer.js";
import { graderFailures, sampleGroups } from "../../../src/training/rollout/sample-groups.js";
import { voteOf } from "../../../src/training/rollout/vote-group.js";
import { makeGroup } from "../../core/reward/make-group.js";

const tokenizer = new CharacterTokenizer("#0123456789/.ab");

/** A policy that says these texts, in order. */
function saying(texts: readonly string[], finish: FinishReason = "stop"): Sampler {
  return {
    policyVersion: 0,
    sample: async (requests) =>
      requests.map(() =>
        texts.map((text) => {
          const tokens = [...tokenizer.encode(text), ...tokenizer.eosTokens];
          return { tokens, logprobs: new Float32Array(tokens.length).fill(-1), finish };
        }),
      ),
    logprobs: async () => [],
    measure: async () => [],
    release: async () => {},
  };
}

const sample = (sampler: Sampler, samples: number, read: ReturnType<typeof readingOf>) =>
  sampleGroups(sampler, tokenizer, [{ id: "p", text: "a" }], {
    ...read,
    samples,
    maxTokens: 9,
    temperature: 1,
    stream: [0],
  });
const answersOf = (groups: readonly Group[]) => groups[0]!.rollouts.map(({ answer }) => answer);

registerCanonicaliser("crashes-on-13", (answer) => {
  if (answer === "13") throw new TypeError("boom");
  return answer;
});

describe("answers of sampled groups", () => {
  it("are equal where they are mathematically", async () => {
    const groups = await sample(
      saying(["b#1/2", "b#0.5", "b#3"]),
      3,
      readingOf(answersSchema.parse({}), ["hash"]),
    );
    const [half, decimal, three] = answersOf(groups);
    expect(half).toBe(decimal);
    expect(three).not.toBe(half);
    const asText = answersSchema.parse({ canonicaliser: "text" });
    expect(answersOf(await sample(saying(["b#1/2", "b#0.5"]), 2, readingOf(asText, ["hash"])))).toEqual([
      "1/2",
      "0.5",
    ]);
  });

  it("are found as configured, in unfinished solutions too where that is asked for", async () => {
    const texts = ["b#7a", "12"];
    const read = (answers: object) => readingOf(answersSchema.parse(answers), ["hash"]);
    expect(answersOf(await sample(saying(texts, "length"), 2, read({})))).toEqual([null, null]);
    const config = { truncated: "extract", rules: ["hash", "whole"], canonicaliser: "text" };
    expect(answersOf(await sample(saying(texts, "length"), 2, read(config)))).toEqual(["7a", "12"]);
    expect(
      answersOf(await sample(saying(texts), 2, read({ regex: "(\\d)", canonicaliser: "text" }))),
    ).toEqual(["7", "2"]);
  });

  it("defect 7: a crash of the grader is counted and said with the text, and too many stop the run", async () => {
    const read = (maxFailureShare: number) =>
      readingOf(answersSchema.parse({ canonicaliser: "crashes-on-13", maxFailureShare }), ["hash"]);
    const texts = ["b#7", "b#13", "b#7", "b#13"];
    const groups = await sample(saying(texts), 4, read(0.5));
    expect(groups[0]!.rollouts.map(({ answer, graderError }) => [answer, graderError])).toEqual([
      ["7", undefined],
      [null, expect.stringContaining("boom")],
      ["7", undefined],
      [null, expect.stringContaining("boom")],
    ]);
    expect(graderFailures(groups)).toEqual({ graderFailures: 2 });
    expect(graderFailures([makeGroup("q", ["1"])])).toEqual({});
    const events: TrainerEvent[] = [];
    noticeFailures(groups, (event) => events.push(event));
    noticeFailures([makeGroup("q", ["1"])], (event) => events.push(event));
    expect(events).toEqual([
      {
        type: "notice",
        code: "grader-failure",
        message: expect.stringMatching(/2 solutions.*prompt p.*boom.*"b#13"/),
      },
    ]);
    await expect(sample(saying(texts), 4, read(0.25))).rejects.toMatchObject({
      code: "grader-failures",
      message: expect.stringContaining("2 of 4"),
      found: [
        { text: "13", error: expect.stringContaining("boom"), where: "a solution to prompt p" },
        { text: "13", error: expect.stringContaining("boom") },
      ],
    });
    // Of a few answers one may fail, unless none may.
    await expect(sample(saying(["b#13", "b#7"]), 2, read(0.01))).resolves.toHaveLength(1);
    await expect(sample(saying(["b#13", "b#7"]), 2, read(0))).rejects.toMatchObject({
      code: "grader-failures",
    });
  });

  it("refuses rules and canonicalisers that there are not", () => {
    expect(() => readingOf(answersSchema.parse({ canonicaliser: "crash" }), ["hash"])).toThrow(
      expect.objectContaining({
        code: "config-canonicaliser",
        expected: expect.arrayContaining(["crashes-on-13"]),
      }),
    );
    expect(answersSchema.safeParse({ rules: ["box"] }).success).toBe(false);
    expect(answersSchema.safeParse({ rules: ["regex"] }).success).toBe(false);
    expect(answersSchema.safeParse({ rules: ["boxed"], regex: "a" }).success).toBe(false);
    expect(answersSchema.safeParse({ rules: ["boxed", "regex"], regex: "a" }).success).toBe(true);
  });
});

describe("the configured vote of a group", () => {
  const group = makeGroup("p", ["9", "10", "9", "10"]);
  const weighted: Group = {
    ...group,
    rollouts: group.rollouts.map((rollout, i) => ({
      ...rollout,
      tokens: [1, 1],
      logprobs: new Float32Array(2).fill(i === 1 ? -0.1 : -1),
    })),
  };

  it("has no label in a tie unless a rule is chosen", () => {
    expect(voteOf(group, voteSchema.parse({}), [0]).label).toBeNull();
    expect(voteOf(group, voteSchema.parse({ ties: "first" }), [0]).label).toBe("9");
    expect(voteOf(weighted, voteSchema.parse({ ties: "logprob" }), [0]).label).toBe("10");
    const drawn = Array.from(
      { length: 30 },
      (_, key) => voteOf(group, voteSchema.parse({ ties: "random" }), [key]).label,
    );
    expect(new Set(drawn)).toEqual(new Set(["9", "10"]));
  });

  it("weighs by the policy's own probability where that is asked for", () => {
    expect(voteOf(weighted, voteSchema.parse({ weights: "length-normalised" }), [0])).toMatchObject({
      label: "10",
      share: expect.closeTo((1 + Math.exp(-0.9)) / (1 + 3 * Math.exp(-0.9)), 6),
    });
  });
});
