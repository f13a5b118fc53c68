/** How prompts are put to a model: as the config says, and as the model can. */
import { describe, expect, it } from "vitest";
import { askedLike } from "../../../src/config/chat-keys.js";
import type { ChatMessage, Prompt, TemplateVariables } from "../../../src/group.js";
import { ChatTemplate } from "../../../src/model/tokenizer/chat-template.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import type { Tokenizer } from "../../../src/model/tokenizer/tokenizer.js";
import { checkLabelled } from "../../../src/training/finetune/labels.js";
import type { LabelRow } from "../../../src/training/label/rows.js";
import { encodePrompt } from "../../../src/training/rollout/encode-prompt.js";
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

describe("variables", () => {
  const source = `{%- for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{%- if add_generation_prompt %}<|assistant|>
{%- if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}
{%- if effort is defined %}<{{ effort }}>{% endif %}{% endif %}{# not_read #}`;
  const qwen3 = { chatTemplate: new ChatTemplate(source, { bos_token: "<s>" }, "chat_template.jinja") };
  const rendered = (variables: TemplateVariables | undefined) => {
    const { messages, variables: kept } = formatPrompts([text], { variables }, qwen3)[0]!;
    expect(kept).toEqual(variables);
    return qwen3.chatTemplate.render(messages!, { addGenerationPrompt: true, variables: kept });
  };

  it.each([
    [undefined, ""],
    [{ enable_thinking: false }, "<think></think>"],
    [{ enable_thinking: true }, ""],
    // A text is not false.
    [{ enable_thinking: "false" }, ""],
    [{ effort: "high" }, "<high>"],
    [{ effort: 0.5, enable_thinking: false }, "<think></think><0.5>"],
  ] as const)("%j reach the template with their types", (variables, end) => {
    expect(rendered(variables)).toBe(`<|user|>2+2?<|assistant|>${end}`);
  });

  it("are in the ids that the model reads", () => {
    const encode = (given: string) => Array.from(given, (character) => character.charCodeAt(0));
    const tokenizer = { ...qwen3, encode, startTokens: [] } as unknown as Tokenizer;
    const ids = (variables?: TemplateVariables) =>
      String.fromCharCode(...encodePrompt(tokenizer, formatPrompts([text], { variables }, tokenizer)[0]!));
    expect(ids({ enable_thinking: false })).toBe("<|user|>2+2?<|assistant|><think></think>");
    expect(ids()).toBe("<|user|>2+2?<|assistant|>");
  });

  it("of labels are those that a completion was an answer to", () => {
    const { messages } = formatPrompts([text], { variables: { effort: 1 } }, qwen3)[0]!;
    const row = { promptId: "t", prompt: "2+2?", messages: JSON.stringify(messages) } as LabelRow;
    const asked = (variables?: TemplateVariables) => formatPrompts([text], { variables }, qwen3)[0]!;
    checkLabelled("labels", row, asked({ effort: 1 }), { effort: 1 });
    checkLabelled("labels", row, asked(), undefined);
    for (const [then, now] of [
      [{ effort: 1 }, undefined],
      [undefined, { effort: 1 }],
      [{ effort: 1 }, { effort: 2 }],
    ] as const)
      expect(() => checkLabelled("labels", row, asked(now), then)).toThrow(
        expect.objectContaining({ code: "finetune-labels-changed" }),
      );
  });

  it("of held-out prompts are the training prompts' unless they have their own", () => {
    expect(askedLike({}, { variables: { effort: 1 } })).toMatchObject({ variables: { effort: 1 } });
    expect(askedLike({ variables: { effort: 2 } }, { variables: { effort: 1 } }).variables).toEqual({
      effort: 2,
    });
  });

  it.each(["enable_thinkin", "not_read", "messages", "add_generation_prompt", "bos_token", "true"])(
    "%s is refused, which the template does not read or is told anyway",
    (name) => {
      expect(() => formatPrompts([text], { variables: { [name]: 1 } }, qwen3)).toThrow(
        expect.objectContaining({ code: "chat-variable-unknown", found: name }),
      );
    },
  );

  it("are refused where no template renders a prompt", () => {
    const variables = { enable_thinking: false };
    for (const asked of [{ chat: "never" }, { task: "chain-sums" }] as const)
      expect(() => formatPrompts([text], { ...asked, variables }, qwen3)).toThrow(
        expect.objectContaining({ code: "prompt-variables", where: "prompt t" }),
      );
    expect(() => format(text, { variables }, plain)).toThrow(
      expect.objectContaining({ code: "prompt-variables" }),
    );
  });
});

describe("a template that takes no system message", () => {
  const source = `{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[0].content }}
{%- if messages[0].content == 'no' %}{{ raise_exception('No.') }}{% endif %}`;
  const gemma = new ChatTemplate(source, {}, "chat_template.jinja");
  const refused = (messages: readonly ChatMessage[]) => () =>
    gemma.render(messages, { addGenerationPrompt: true });

  it("says to leave it out; any other refusal does not", () => {
    expect(refused([system("Be brief."), user("2+2?")])).toThrow(
      expect.objectContaining({ code: "chat-template", remedy: expect.stringContaining("--instruction") }),
    );
    for (const messages of [[user("no")], [system("s"), user("no")], [system("s")]])
      expect(refused(messages)).toThrow(
        expect.objectContaining({ code: "chat-template", remedy: expect.stringContaining("roles") }),
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
