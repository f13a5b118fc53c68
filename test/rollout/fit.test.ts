import { describe, expect, it } from "vitest";
import { checkPrompts, checkVocabulary } from "../../src/rollout/fit.js";
import { CharacterTokenizer } from "../../src/tokenizer/character-tokenizer.js";

const tokenizer = new CharacterTokenizer("0123456789+=");
const check = (...texts: string[]) =>
  checkPrompts(
    { contextLength: 10 },
    tokenizer,
    texts.map((text, i) => ({ id: `p${i}`, text })),
    6,
  );

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
});

describe("checkVocabulary", () => {
  it("wants a row of the model for every token, and lets the model have more", () => {
    expect(() => checkVocabulary({ vocabSize: 14 }, tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary({ vocabSize: 16 }, tokenizer, "m")).not.toThrow();
    expect(() => checkVocabulary({ vocabSize: 13 }, tokenizer, "m")).toThrow(
      expect.objectContaining({
        code: "vocabulary-mismatch",
        where: "m",
        found: "14 tokens in tokenizer.json",
      }),
    );
  });
});
