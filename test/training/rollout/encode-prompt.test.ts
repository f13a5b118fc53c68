/** Prompts as token ids, against transformers: scripts/fixtures/tokenizer_kinds.py. */
import { expect, it } from "vitest";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { encodePrompt } from "../../../src/training/rollout/encode-prompt.js";
import { CHAT_KINDS, CONVERSATIONS, folderOf, KINDS, kindOf, TEXTS } from "../../model/tokenizer/kinds.js";

it.each(KINDS)("%s: a text is what transformers makes of it, its beginning included", (name) => {
  const tokenizer = loadTokenizer(folderOf(name));
  const kind = kindOf(name);
  for (const [i, text] of TEXTS.entries())
    expect(encodePrompt(tokenizer, { id: "", text })).toEqual([...kind.prefix, ...kind.cases[i]![0]]);
});

it.each(CHAT_KINDS)("%s: a conversation is what the template writes, and begins but once", (name) => {
  const tokenizer = loadTokenizer(folderOf(name));
  const kind = kindOf(name);
  const rendered = CONVERSATIONS.flatMap((messages, i) => {
    const expected = kind.chats![2 * i + 1]!;
    // Templates that write the day are held to transformers in test/tokenizer/kinds.test.ts.
    return typeof expected === "string" || expected[0].includes("Today")
      ? []
      : [{ messages, ids: expected[1] }];
  });
  for (const { messages, ids } of rendered)
    expect(encodePrompt(tokenizer, { id: "", text: "", messages })).toEqual(ids);
  const begun = encodePrompt(tokenizer, { id: "", text: "", messages: CONVERSATIONS[0]! });
  expect(begun.filter((id) => tokenizer.startTokens.includes(id))).toEqual(tokenizer.startTokens);
});

it("a model of ours goes on from the text alone", () => {
  const tokenizer = new CharacterTokenizer("0123456789+=");
  expect(encodePrompt(tokenizer, { id: "", text: "1+1=" })).toEqual(tokenizer.encode("1+1="));
});

it("names the prompt that the template refuses, in the template's words", () => {
  const gemma = loadTokenizer(folderOf("gemma"));
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "2+2?" },
  ];
  expect(() => encodePrompt(gemma, { id: "row-3", text: "2+2?", messages })).toThrow(
    expect.objectContaining({
      code: "chat-template",
      message: expect.stringContaining("System role not supported"),
      where: expect.stringMatching(/^prompt row-3, by .*tokenizer_config\.json$/),
    }),
  );
});

it("refuses a conversation where the model has no template, with a way out", () => {
  const gpt2 = loadTokenizer(folderOf("gpt2"));
  expect(() =>
    encodePrompt(gpt2, { id: "row-3", text: "a", messages: [{ role: "user", content: "a" }] }),
  ).toThrow(
    expect.objectContaining({
      code: "chat-template-missing",
      where: "prompt row-3",
      remedy: expect.stringContaining("chat: never"),
    }),
  );
});
