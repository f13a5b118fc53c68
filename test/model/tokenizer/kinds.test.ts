/** Exact ids and exact texts against Hugging Face's own tokenizers, for the pipelines that language models have. */
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { HuggingFaceTokenizer } from "../../../src/model/tokenizer/hugging-face-tokenizer.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { readTokenizerFiles } from "../../../src/model/tokenizer/tokenizer-files.js";
import { CHAT_KINDS, CONVERSATIONS, DATE, folderOf, KINDS, kindOf, TEXTS } from "./kinds.js";

const load = (kind: string) => new HuggingFaceTokenizer(readTokenizerFiles(folderOf(kind)));

it("has a fixture of every kind, and hundreds of texts", () => {
  const folders = fs
    .readdirSync(folderOf("."), { withFileTypes: true })
    .filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...KINDS].sort());
  expect(TEXTS.length).toBeGreaterThan(200);
  expect(KINDS.filter((kind) => !CHAT_KINDS.includes(kind))).toEqual(["deepseek", "gpt2"]);
});

describe.each(KINDS)("%s", (name) => {
  const kind = kindOf(name);
  const tokenizer = load(name);
  const texts = [...TEXTS, ...kind.spelled];

  it("has the size, the special tokens and the beginning that transformers has", () => {
    expect(tokenizer.vocabSize).toBe(kind.size);
    expect(tokenizer.eosTokens[0]).toBe(kind.eos);
    expect(tokenizer.padToken).toBe(kind.pad ?? kind.eos);
    expect(tokenizer.startTokens).toEqual(kind.prefix);
  });

  it("gives every text the same ids", () => {
    expect(kind.cases).toHaveLength(texts.length);
    const ours = texts.map((text) => ({ text, ids: tokenizer.encode(text) }));
    expect(ours).toEqual(texts.map((text, i) => ({ text, ids: kind.cases[i]![0] })));
  });

  it("gives ids the same text, those of no character and of no token too", () => {
    const wanted = [...kind.cases.map(([ids, text], i) => [ids, text ?? texts[i]]), ...kind.decoded];
    const ours = wanted.map(([ids]) => [ids, tokenizer.decode(ids as number[])]);
    expect(ours).toEqual(wanted);
  });
});

it.each(CHAT_KINDS)("%s: renders every conversation to the same text and the same ids", (name) => {
  const tokenizer = load(name);
  const ours = CONVERSATIONS.flatMap((messages) =>
    [false, true].map((addGenerationPrompt) => {
      try {
        const text = tokenizer.chatTemplate!.render(messages, { addGenerationPrompt, date: DATE });
        return [text, tokenizer.encode(text)];
      } catch (error) {
        return ((error as Error).cause as Error).message;
      }
    }),
  );
  expect(ours).toEqual(kindOf(name).chats);
});

it.each([
  ["qwen2", ["<|im_end|>", "<|endoftext|>"]],
  ["llama3", ["<|eot_id|>", "<|end_of_text|>", "<|eom_id|>"]],
  ["gemma", ["<eos>", "<end_of_turn>"]],
  ["llama2", ["</s>"]],
  ["gpt2", ["<|endoftext|>"]],
])("%s: every end of a sequence or of a turn stops sampling", (name, ends) => {
  const tokenizer = loadTokenizer(folderOf(name));
  expect(tokenizer.eosTokens).toEqual(ends.flatMap((end) => tokenizer.encode(end)));
});

it("takes no time that grows faster than the text", () => {
  const tokenizer = load("llama2");
  const seconds = (length: number) => {
    const text = "a the sum".repeat(length).slice(0, length);
    const started = performance.now();
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    return performance.now() - started;
  };
  seconds(10_000);
  const short = Math.min(seconds(10_000), seconds(10_000), seconds(10_000));
  // Ten times the text: were the time quadratic, it would be a hundred times as long.
  expect(seconds(100_000)).toBeLessThan(50 * short);
});
