/** Prompts as their source says they are put to the model: as conversations, or as texts to go on with. */
import type { ChatConfig } from "../../config/chat-keys.js";
import { didYouMean } from "../../config/suggest.js";
import { type PromptPool, placeOf } from "../../data/pool.js";
import { SelftrainError } from "../../errors.js";
import type { ChatMessage, Prompt } from "../../group.js";
import type { ChatTemplate } from "../../model/tokenizer/chat-template.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";

/** The part of a prompt source that matters here; without a task the prompts are somebody's own texts. */
export interface Asked extends ChatConfig {
  readonly task?: string | undefined;
}

/**
 * The prompts with `messages` where the chat template is to render them, and without where `text` is completed. Throws
 * `prompt-conversation`, `prompt-system` and `prompt-variables` where a prompt cannot be asked as configured, and `chat-variable-unknown`
 * where the template has no such variable. `place` says where a prompt stands.
 */
export function formatPrompts(
  prompts: readonly Prompt[],
  { task, chat = "auto", system, instruction, variables }: Asked,
  { chatTemplate }: Pick<Tokenizer, "chatTemplate">,
  place = (id: string): string => `prompt ${id}`,
): Prompt[] {
  const rendersTexts = chat === "always" || (chat === "auto" && task === undefined && chatTemplate !== null);
  if (variables !== undefined && chatTemplate !== null) checkKnown(Object.keys(variables), chatTemplate);
  return prompts.map(({ id, text, messages }) => {
    if (chat !== "never" && (messages !== undefined || rendersTexts)) {
      const said = messages ?? [{ role: "user", content: text }];
      const asked = withSystem(withInstruction(said, instruction), system);
      return { id, text, messages: asked, ...(variables === undefined ? {} : { variables }) };
    }
    if ((messages?.length ?? 1) > 1) throw conversation(place(id), messages!);
    if (system !== undefined) throw systemWithoutChat(place(id), system);
    if (variables !== undefined) throw variablesWithoutChat(place(id), Object.keys(variables));
    return { id, text: instruction === undefined ? text : `${text}\n${instruction}` };
  });
}

/** A pool whose prompts are put to the model as their source says. */
export function formatPool(pool: PromptPool, source: Asked, tokenizer: Tokenizer): PromptPool {
  return { ...pool, prompts: formatPrompts(pool.prompts, source, tokenizer, (id) => placeOf(pool, id)) };
}

function withSystem(messages: readonly ChatMessage[], system: string | undefined): readonly ChatMessage[] {
  if (system === undefined || messages[0]?.role === "system") return messages;
  return [{ role: "system", content: system }, ...messages];
}

function withInstruction(
  messages: readonly ChatMessage[],
  instruction: string | undefined,
): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === "user");
  if (instruction === undefined || last < 0) return messages;
  const { role, content } = messages[last]!;
  return messages.with(last, { role, content: `${content}\n${instruction}` });
}

function conversation(where: string, messages: readonly ChatMessage[]): SelftrainError {
  return new SelftrainError({
    code: "prompt-conversation",
    message: "a conversation cannot be completed as one text",
    found: `${messages.length} messages`,
    expected: "one message, with chat: never",
    where,
    remedy: "leave chat at auto, so that the model's chat template renders it, or give prompts of one text",
  });
}

function systemWithoutChat(where: string, system: string): SelftrainError {
  return new SelftrainError({
    code: "prompt-system",
    message: "there is a system message, and a prompt that is no conversation",
    found: system,
    where,
    remedy:
      "set chat: always, so that the model's chat template renders every prompt, or remove the system message",
  });
}

function variablesWithoutChat(where: string, names: readonly string[]): SelftrainError {
  return new SelftrainError({
    code: "prompt-variables",
    message: "there are variables of a chat template, and a prompt that no template renders",
    found: names.join(", "),
    where,
    remedy:
      "set chat: always, so that the model's chat template renders every prompt, or remove the variables",
  });
}

function checkKnown(names: readonly string[], template: ChatTemplate): void {
  const known = [...template.known];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SelftrainError({
    code: "chat-variable-unknown",
    message: `the chat template of the model has no variable ${unknown}`,
    found: unknown,
    where: "variables",
    remedy: didYouMean(unknown, known, "remove it: the template would not look at it"),
  });
}
