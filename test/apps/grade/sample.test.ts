/** What is read of a sample: its reason to finish, its weight and logprobs, and texts that are none. */
import { describe, expect, it } from "vitest";
import { Grader } from "../../../src/apps/grade/grader.js";
import { voteOnGroup } from "../../../src/apps/grade/group-vote.js";
import { type FieldNames, gradeSample } from "../../../src/apps/grade/sample.js";
import { type CountConfig, voteConfigSchema } from "../../../src/config/grade-config.js";
import { solutionRules } from "../../../src/core/answer/extract/rules.js";
import { ExactNumber } from "../../../src/exact-number.js";

const config = voteConfigSchema.parse({ data: "-" });
const sample = (fields: Readonly<Record<string, unknown>>, names?: FieldNames) =>
  gradeSample(fields, "f:1", new Grader(config, solutionRules), names);
const answerOf = (fields: Readonly<Record<string, unknown>>, names?: FieldNames) =>
  sample(fields, names).answer?.canonical ?? null;
const refused = (code: string, details: object = {}) => expect.objectContaining({ code, ...details });

function vote(rows: readonly Readonly<Record<string, unknown>>[], options: Partial<CountConfig> = {}) {
  return voteOnGroup(
    "q",
    rows.map((row) => sample(row)),
    { ...config, ...options },
  );
}

describe("a reason to finish", () => {
  const text = "\\boxed{8}";

  it.each([
    ...["stop", "eos_token", "stop_sequence", "eos", "end_turn", "COMPLETE", "STOP", "EOS", "completed"],
    ...["word", "FINISH", "end_id", "stop_words", "FinishReason.STOP", "FINISH_REASON_COMPLETE"],
    ...["stopSequence", "end-turn", " stop ", null, "", { type: "stop", matched: 2 }],
    ...['{"type": "stop", "matched": 2}', "{'type': 'stop'}"],
  ])("%j ends a completion by itself", (finish) => {
    expect(answerOf({ text, finish_reason: finish })).toBe("8");
  });

  it.each([
    ...["length", "max_tokens", "MAX_TOKENS", "model_length", "abort", "content_filter", "tool_calls"],
    ...["tool_use", "function_call", "SAFETY", "RECITATION", "refusal", "pause_turn", "limit", "ERROR_TOXIC"],
    ...["model_context_window_exceeded", "content-filter", "toolCalls", "max_output_tokens"],
    ...["FinishReason.MAX_TOKENS", { type: "length", length: 4 }, '{"type": "abort"}'],
  ])("%j leaves it unfinished, without an answer", (finish) => {
    expect(answerOf({ text, finish_reason: finish })).toBeNull();
  });

  it.each([["why"], [7], [5n], [["stop"]], [{}], [{ type: 7 }], ["unstop"]])(
    "%o is refused, with all that are taken and what to do",
    (finish) => {
      expect(() => sample({ text, finish })).toThrow(
        refused("sample-malformed", {
          message: 'A sample has a field "finish" that cannot be used.',
          found: finish,
          where: "f:1",
          expected: expect.stringMatching(
            /eos_token.*end_turn.*max_tokens.*abort.*content_filter.*tool_calls/,
          ),
          remedy: expect.stringContaining("Without the field"),
        }),
      );
    },
  );
});

describe("a text that is null or empty", () => {
  it.each([
    [{ text: null }, null],
    [{ text: "" }, null],
    [{ answer: null }, null],
    [{ answer: "" }, null],
    [{ text: null, answer: null }, null],
    [{ text: null, answer: "5" }, "5"],
    [{ text: "", answer: "5" }, null],
    [{ text: null, completion: "\\boxed{6}" }, "6"],
    [{ text: "\\boxed{4}", answer: "5" }, "4"],
    [{ text: "\\boxed{4}", answer: "5", logprobs: null, weight: null, finish: null }, "4"],
  ])("%j → %s", (fields, answer) => expect(answerOf(fields)).toBe(answer));

  it("of a column that was named is a sample without an answer", () => {
    expect(answerOf({ out: null, answer: "5" }, { textColumn: "out" })).toBeNull();
    expect(answerOf({ text: "\\boxed{4}", out: "5" }, { answerColumn: "out" })).toBe("5");
  });

  it("is not a sample without either", () => {
    for (const fields of [{}, { id: "q" }, { words: "5" }])
      expect(() => sample(fields)).toThrow(refused("sample-malformed", { found: fields, where: "f:1" }));
  });
});

describe("numbers", () => {
  it.each([
    ["2.5", 2.5],
    [" 3 ", 3],
    [3n, 3],
    [0, 0],
    [-1, -1],
    [new ExactNumber("0.1000000000000000055511151231257827"), 0.1],
  ])("of a weight may be %s", (weight, number) => {
    expect(sample({ answer: "5", weight }).weight).toBe(number);
  });

  it.each([
    ["x"],
    [""],
    ["  "],
    [true],
    [[1]],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ["1e400"],
    ["1e-400"],
    [new ExactNumber("1e400")],
    [new ExactNumber("1e-400")],
  ])("of a weight is not %o", (weight) => {
    expect(() => sample({ answer: "5", weight })).toThrow(refused("sample-malformed"));
  });

  it.each([
    [{ logprobs: [-1, "-2", -3n] }, { sum: -6, mean: -2 }],
    [
      { logprobs: [-1, -2], meanLogprob: -9, logprob: -9, tokens: 9 },
      { sum: -3, mean: -1.5 },
    ],
    [
      { logprob: "-6.0", tokens: "40" },
      { sum: -6, mean: -0.15 },
    ],
    [
      { logprob: -6n, tokens: 3n },
      { sum: -6, mean: -2 },
    ],
    [
      { meanLogprob: -2, tokens: 3 },
      { sum: -6, mean: -2 },
    ],
    [{ logprob: -6 }, { sum: -6, mean: null }],
    [{ mean_logprob: -2 }, { sum: null, mean: -2 }],
    [
      { logprob: -6, mean_logprob: -2 },
      { sum: -6, mean: -2 },
    ],
    [{ tokens: 3 }, { sum: null, mean: null }],
    [{ logprobs: [] }, { sum: null, mean: null }],
    [{ tokens: 0 }, { sum: null, mean: null }],
    [
      { logprob: 0, tokens: 0 },
      { sum: null, mean: null },
    ],
    // Single precision: a probability a little above 1.
    [
      { logprob: 1e-7, tokens: 1 },
      { sum: 1e-7, mean: 1e-7 },
    ],
  ])("of logprobs: %o", (fields, logprob) => {
    expect(sample({ answer: "5", ...fields }).logprob).toEqual(logprob);
  });

  it.each([
    ...[{ tokens: -3 }, { tokens: 0.5 }, { tokens: "few" }, { tokens: [1, 2] }, { tokens: 2 ** 53 }],
    ...[
      { logprob: -1, tokens: 0 },
      { meanLogprob: -1, tokens: 0 },
      { logprob: -1, tokens: -3 },
    ],
    ...[{ logprob: 3 }, { logprob: 3n }, { meanLogprob: 0.5, tokens: 2 }, { logprobs: [-1, 0.5] }],
    ...[{ logprob: Number.NEGATIVE_INFINITY }, { logprobs: [null] }, { logprobs: -1 }, { logprobs: ["x"] }],
  ])("of logprobs is not %o", (fields) => {
    expect(() => sample({ answer: "5", ...fields })).toThrow(refused("sample-malformed", { where: "f:1" }));
  });
});

describe("weights that a vote cannot have", () => {
  const lacking = (where: string) => refused("sample-weight-missing", { where });

  it.each([
    ["length-normalised", { logprob: -30 }, lacking("sample 2 of group q")],
    ["length-normalised", { logprobs: [] }, lacking("sample 2 of group q")],
    ["logprob", { meanLogprob: -3 }, lacking("sample 2 of group q")],
    ["logprob", { weight: 1 }, lacking("sample 2 of group q")],
    ["given", { logprob: -3, tokens: 2 }, lacking("sample 2 of group q")],
    ["given", { weight: -1 }, refused("vote-weights", { where: "sample 2 of group q", found: "-1" })],
  ] as const)("--weights %s of %j", (weights, fields, error) => {
    const whole = { answer: "5", weight: 1, logprobs: [-1] };
    expect(() => vote([whole, { answer: "6", ...fields }, whole], { weights })).toThrow(error);
  });

  it("are those whose sum is infinite", () => {
    const rows = ["5", "5", "6"].map((answer) => ({ answer, weight: 1e308 }));
    expect(() => vote(rows, { weights: "given" })).toThrow(
      refused("vote-weights", { where: "group q", remedy: expect.stringContaining("group's largest") }),
    );
    expect(vote(rows.slice(1, 2), { weights: "given" })).toMatchObject({ label: "5", agreement: 1 });
  });

  it("leave a tie that logprobs are to break open no more than they must", () => {
    const ties = "logprob";
    expect(() => vote([{ answer: "5" }, { answer: "6", logprob: -1 }], { ties })).toThrow(
      lacking("sample 1 of group q"),
    );
    expect(() =>
      vote(
        [
          { answer: "6", meanLogprob: -1 },
          { answer: "5", logprob: -1 },
        ],
        { ties },
      ),
    ).toThrow(lacking("sample 2 of group q"));
    // A sample without an answer is in no tie.
    const rows = [{ answer: "5", meanLogprob: -2 }, { text: null }, { answer: "6", logprobs: [-1, -1] }];
    expect(vote(rows, { ties })).toMatchObject({ label: "6", tie: true });
  });
});
