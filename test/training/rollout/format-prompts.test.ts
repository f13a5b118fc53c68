/** How prompts are put to a model: as the config says, and as the model can. */
import { describe, expect, it } from "vitest";
import type { ChatMessage, Prompt } from "../../../src/group.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { type Asked, formatPrompts } from "../../../src/training/rollout/format-prompts.js";
import { folderOf } from "../../model/tokenizer/kinds.js";

const chat = loadTokenizer(folderOf("qwen2"));
const plain = loadTokenizer(folderOf("gpt2"));
const system = (content: string): ChatMessage => ({ role: "system", content });
const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });

const text: Prompt = { id: "t", text: "2+2?" };
const talk: Prompt = { id: "c", text: "and 3?", messages: [user("2+2?"), assistant("4"), user("and 3?")] };
const format = (prompt: Prompt, asked: Asked, tokenizer = chat) =>
  formatPrompts([prompt], asked, tokenizer)[0]!;

describe("chat: auto", () => {
  it("makes a text of a file a user message where the model has a template", () => {
    expect(format(text, {})).toEqual({ ...text, messages: [user("2+2?")] });
    expect(format(text, { chat: "auto" })).toEqual(format(text, {}));
    expect(format(text, {}, plain)).toEqual(text);
  });

  it("leaves prompts of a task as they stand, and conversations too", () => {
    expect(format(text, { task: "chain-sums" })).toEqual(text);
    expect(format(talk, {})).toEqual(talk);
    expect(format(talk, {}, plain)).toEqual(talk);
  });
});

it("chat: always makes every prompt a conversation, whatever the source and the model", () => {
  for (const tokenizer of [chat, plain])
    expect(format(text, { chat: "always", task: "chain-sums" }, tokenizer).messages).toEqual([user("2+2?")]);
});

describe("chat: never", () => {
  it("completes the text, of a conversation of one message too", () => {
    expect(format(text, { chat: "never" })).toEqual(text);
    expect(format({ ...text, messages: [user("2+2?")] }, { chat: "never" })).toEqual(text);
  });

  it("refuses a conversation of several messages", () => {
    expect(() => format(talk, { chat: "never" })).toThrow(
      expect.objectContaining({ code: "prompt-conversation", where: "prompt c", found: "3 messages" }),
    );
  });
});

describe("system", () => {
  it("comes first, unless the conversation has one of its own", () => {
    expect(format(text, { system: "Be brief." }).messages).toEqual([system("Be brief."), user("2+2?")]);
    expect(format(talk, { system: "Be brief." }).messages).toEqual([system("Be brief."), ...talk.messages!]);
    const own = { ...talk, messages: [system("Own."), ...talk.messages!] };
    expect(format(own, { system: "Be brief." })).toEqual(own);
  });

  it("is refused where there is no conversation to put it into", () => {
    for (const asked of [{ chat: "never" }, { task: "chain-sums" }] as const)
      expect(() => format(text, { ...asked, system: "Be brief." })).toThrow(
        expect.objectContaining({ code: "prompt-system", where: "prompt t", found: "Be brief." }),
      );
  });
});

it("an instruction follows the last that the user says, on a line of its own", () => {
  const instruction = "Put your final answer within \\boxed{}.";
  expect(format(text, { instruction }).messages).toEqual([user(`2+2?\n${instruction}`)]);
  expect(format(text, { instruction, chat: "never" })).toEqual({ id: "t", text: `2+2?\n${instruction}` });
  const begun = { ...talk, messages: [...talk.messages!, assistant("It is")] };
  expect(format(begun, { instruction }).messages).toEqual([
    user("2+2?"),
    assistant("4"),
    user(`and 3?\n${instruction}`),
    assistant("It is"),
  ]);
  expect(talk.messages![2]).toEqual(user("and 3?"));
  expect(format({ ...talk, messages: [system("x")] }, { instruction }).messages).toEqual([system("x")]);
});
