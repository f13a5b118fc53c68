/** What each token adds to a text: joined it is the text, whatever the tokenizer and wherever a character is cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { tokenTexts } from "../../../src/model/tokenizer/token-texts.js";
import { folderOf, KINDS, TEXTS } from "./kinds.js";

describe.each(KINDS)("the tokens of %s", (kind) => {
  const tokenizer = loadTokenizer(folderOf(kind));

  it("join to what they decode to, for any text and any cut of its tokens", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.nat(60), fc.nat(60), (text, from, length) => {
        const tokens = tokenizer.encode(text).slice(from, from + length);
        const read = tokenTexts(tokenizer, tokens);
        expect(read).toHaveLength(tokens.length);
        expect(read.join("")).toBe(tokenizer.decode(tokens));
      }),
    );
  });

  it("are one after the other what a text gains by them", () => {
    const tokens = tokenizer.encode("So 6 * 7 = 42.");
    const read = tokenTexts(tokenizer, tokens);
    read.forEach((_, t) => {
      expect(read.slice(0, t + 1).join("")).toBe(tokenizer.decode(tokens.slice(0, t + 1)));
    });
    expect(read.filter((text) => text !== "").length).toBeGreaterThan(4);
  });
});

it("gives a character of several tokens to the last of them, and a special token nothing", () => {
  const tokenizer = loadTokenizer(folderOf("gpt2"));
  const tokens = [...tokenizer.encode("a🦜b"), ...tokenizer.eosTokens.slice(0, 1)];
  const read = tokenTexts(tokenizer, tokens);
  expect(read.join("")).toBe("a🦜b");
  expect(read.at(0)).toBe("a");
  expect(read.at(-1)).toBe("");
  expect(read.filter((text) => text === "🦜")).toHaveLength(1);
  expect(tokens.length).toBeGreaterThan(4);
});

it("of a tokenizer that reads a token otherwise as soon as another follows", () => {
  // Closing spaces are left out of a text, as a decoder that strips does.
  const decode = (tokens: readonly number[]) =>
    tokens
      .map((token) => [" a", " ", "b"][token])
      .join("")
      .trim();
  for (const tokens of [[0, 1, 2], [1, 1, 0], [0, 0, 1], [1], []]) {
    const read = tokenTexts({ decode }, tokens);
    expect(read).toHaveLength(tokens.length);
    expect(read.join("")).toBe(decode(tokens));
  }
});
