import { describe, expect, it } from "vitest";
import { ProblemsError } from "../../../src/config/problems.js";
import type { ErrorDetails } from "../../../src/errors.js";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { checkPrompts, checkVocabulary } from "../../../src/training/rollout/fit.js";
import { folderOf } from "../../model/tokenizer/kinds.js";

const tokenizer = new CharacterTokenizer("0123456789+=");
const check = (...texts: string[]) =>
  checkPrompts(
    { contextLength: 10 },
    tokenizer,
    [{ what: "prompts", prompts: texts.map((text, i) => ({ id: `p${i}`, text })) }],
    6,
  );

function problemsOf(work: () => void): readonly ErrorDetails[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

describe("checkPrompts", () => {
  it("accepts a prompt that leaves just enough room", () => {
    expect(() => check("1+1=", "1=")).not.toThrow();
  });

  it("names the prompt that does not", () => {
    expect(() => check("1+1=", "10+1=")).toThrow(
      expect.objectContaining({ code: "prompt-too-long", where: "prompt p1", found: "5 + 6 tokens" }),
    );
    expect(() => check("")).toThrow(expect.objectContaining({ code: "prompt-empty" }));
    expect(() => check("1x1=")).toThrow(expect.objectContaining({ code: "tokenizer-unknown-character" }));
  });

  it("names all of them, in each part by itself, with file and line where they are known", () => {
    const long = "10+1=";
    const prompts = ["1=", long, long].map((text, i) => ({ id: `row-${i}`, text }));
    const places = new Map(prompts.map(({ id }, i) => [id, `a.jsonl:${i + 1}`]));
    const parts = [
      { what: "training prompts", prompts, places },
      {
        what: "held-out prompts",
        prompts: [{ id: "row-1", text: long }],
        places: new Map([["row-1", "b.jsonl:9"]]),
      },
      { what: "others", prompts: [{ id: "x", text: "" }] },
    ];
    const problems = problemsOf(() => checkPrompts({ contextLength: 10 }, tokenizer, parts, 6));
    expect(problems).toMatchObject([
      {
        code: "prompt-too-long",
        message: "2 of the 3 training prompts do not fit the model's context",
        found: ["a.jsonl:2 (5 + 6 tokens)", "a.jsonl:3 (5 + 6 tokens)"],
      },
      { code: "prompt-too-long", where: "b.jsonl:9", found: "5 + 6 tokens" },
      { code: "prompt-empty", where: "prompt x" },
    ]);
  });

  it("says how long the longest prompt of each part is", () => {
    const part = (...texts: string[]) => ({ what: "", prompts: texts.map((text) => ({ id: text, text })) });
    const longest = checkPrompts({ contextLength: 10 }, tokenizer, [part("1=", "1+1="), part()], 6);
    expect(longest).toEqual([4, 0]);
  });
});

describe("checkVocabulary", () => {
  const model = (vocabSize: number, eosTokens = [1]) => ({ vocabSize, eosTokens });
  const refused = (found: string) =>
    expect.objectContaining({
      code: "vocabulary-mismatch",
      where: "m",
      found: expect.stringContaining(found),
    });

  it("wants a row of the model for every token, and lets the model have more", () => {
    expect(() => checkVocabulary(model(14), tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary(model(28), tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary(model(13), tokenizer, "m")).toThrow(refused("14 tokens in tokenizer.json"));
  });

  it("refuses a tokenizer of another vocabulary: too small, or other ends of a sequence", () => {
    expect(() => checkVocabulary(model(29), tokenizer, "m")).toThrow(refused("14 tokens in tokenizer.json"));
    expect(() => checkVocabulary(model(14, [1, 0]), tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary(model(14, []), tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary(model(14, [1, 5]), tokenizer, "m")).toThrow(refused("eos_token_id 5"));
    const llama3 = loadTokenizer(folderOf("llama3"));
    expect(() => checkVocabulary(model(2208, [2205, 2201]), llama3, "m")).not.toThrow();
    expect(() => checkVocabulary(model(2208, [2]), llama3, "m")).toThrow(refused("eos_token_id 2"));
  });
});
