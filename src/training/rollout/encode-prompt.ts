/** A prompt as the token ids that the model goes on from. */
import { SelftrainError } from "../../errors.js";
import type { ChatMessage, Prompt } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";

/**
 * A conversation is rendered by the chat template, up to where the assistant answers; the template writes the special
 * tokens. A text starts with what the tokenizer starts sequences with, a beginning-of-sequence token where the model knows
 * one. Either way these are the ids that transformers gives. Throws `chat-template-missing`, `chat-template`, and as encoding
 * does.
 */
export function encodePrompt(tokenizer: Tokenizer, prompt: Prompt): number[] {
  const { text, messages } = prompt;
  if (messages === undefined) return [...tokenizer.startTokens, ...tokenizer.encode(text)];
  return tokenizer.encode(render(tokenizer, messages, prompt));
}

function render(
  { chatTemplate }: Tokenizer,
  messages: readonly ChatMessage[],
  { id, variables }: Prompt,
): string {
  const where = `prompt ${id}`;
  if (chatTemplate === null) throw templateMissing(where);
  try {
    return chatTemplate.render(messages, { addGenerationPrompt: true, variables });
  } catch (cause) {
    if (!(cause instanceof SelftrainError)) throw cause;
    throw new SelftrainError({ ...cause.toJSON(), where: `${where}, by ${cause.where}` }, { cause });
  }
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
