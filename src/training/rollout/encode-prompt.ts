/** A prompt as the token ids that the model goes on from. */
import { SelftrainError } from "../../errors.js";
import type { ChatMessage, Prompt, TemplateVariables } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";

/**
 * A conversation is rendered by the chat template, up to where the assistant answers; the template writes the special
 * tokens. A text starts with what the tokenizer starts sequences with, a beginning-of-sequence token where the model knows
 * one. Either way these are the ids that transformers gives. Throws `chat-template-missing`, `chat-template`, and as encoding
 * does. `where` names the prompt in errors.
 */
export function encodePrompt(tokenizer: Tokenizer, prompt: Prompt, where = `prompt ${prompt.id}`): number[] {
  const { text, messages, variables } = prompt;
  return locating(where, () => {
    if (messages === undefined) return [...tokenizer.startTokens, ...tokenizer.encode(text)];
    return tokenizer.encode(render(tokenizer, messages, variables, where));
  });
}

/** Runs `work` on a text that stands at `where`, which its errors then name. */
export function locating<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SelftrainError) || cause.where?.startsWith(where)) throw cause;
    const place = cause.where === undefined ? where : `${where}, by ${cause.where}`;
    throw new SelftrainError({ ...cause.toJSON(), where: place }, { cause });
  }
}

function render(
  { chatTemplate }: Tokenizer,
  messages: readonly ChatMessage[],
  variables: TemplateVariables | undefined,
  where: string,
): string {
  if (chatTemplate === null) throw templateMissing(where);
  return chatTemplate.render(messages, { addGenerationPrompt: true, variables });
}

function templateMissing(where: string): SelftrainError {
  return new SelftrainError({
    code: "chat-template-missing",
    message: "a prompt is a conversation, and the model has no chat template to render it with",
    expected: "chat_template.jinja beside tokenizer.json, or chat_template in tokenizer_config.json",
    where,
    remedy: "use a model that was trained to chat, or set chat: never and give prompts of one text each",
  });
}
