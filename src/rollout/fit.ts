/** Whether tokenizer and prompts fit the model: better known before the first step than after an hour. */
import type { Capabilities } from "../engine/engine.js";
import { SelftrainError } from "../errors.js";
import type { Prompt } from "../group.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";

/** Every id of the tokenizer must have an embedding. Throws `vocabulary-mismatch`; `where` names the model. */
export function checkVocabulary(
  { vocabSize }: Pick<Capabilities, "vocabSize">,
  tokenizer: Tokenizer,
  where: string,
): void {
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new SelftrainError({
    code: "vocabulary-mismatch",
    message: "the tokenizer knows more tokens than the model",
    found: `${tokenizer.vocabSize} tokens in tokenizer.json`,
    expected: `at most ${vocabSize}, vocab_size of config.json`,
    where,
    remedy: "use the tokenizer.json that belongs to this model",
  });
}

/**
 * Every prompt must be encodable and leave room for a completion. Throws `prompt-empty`, `prompt-too-long`, and as
 * encoding does.
 */
export function checkPrompts(
  { contextLength }: Pick<Capabilities, "contextLength">,
  tokenizer: Tokenizer,
  prompts: readonly Prompt[],
  maxNewTokens: number,
): void {
  for (const { id, text } of prompts) {
    const { length } = tokenizer.encode(text);
    if (length > 0 && length + maxNewTokens <= contextLength) continue;
    throw new SelftrainError({
      code: length === 0 ? "prompt-empty" : "prompt-too-long",
      message:
        length === 0
          ? "a prompt has no tokens"
          : `a prompt of ${length} tokens leaves no room for ${maxNewTokens} new ones`,
      found: `${length} + ${maxNewTokens} tokens`,
      expected: `at most ${contextLength} tokens, the model's context`,
      where: `prompt ${id}`,
      remedy: "remove or shorten the prompt, or lower maxNewTokens",
    });
  }
}
