/** Whether tokenizer and prompts fit the model: better known before the first step than after an hour. */
import type { Capabilities } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import type { Prompt } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { encodePrompt } from "./encode-prompt.js";

/** Models pad their vocabulary for speed, by a few rows in a hundred and never by half. */
const fewestOfRows = 0.5;

/**
 * Every id of the tokenizer must have an embedding, most embeddings a token, and what ends a sequence for the model must
 * be an added token of the tokenizer. Throws `vocabulary-mismatch`; `where` names the model's folder.
 */
export function checkVocabulary(
  { vocabSize, eosTokens }: Pick<Capabilities, "vocabSize" | "eosTokens">,
  tokenizer: Tokenizer,
  where: string,
): void {
  const mismatch = (message: string, found: string, expected: string) =>
    new SelftrainError({
      code: "vocabulary-mismatch",
      message: `${message}: tokenizer.json and config.json are not of the same model`,
      found,
      expected,
      where,
      remedy: "use the tokenizer.json that belongs to this model",
    });
  const tokens = `${tokenizer.vocabSize} tokens in tokenizer.json`;
  if (tokenizer.vocabSize > vocabSize)
    throw mismatch(
      "the tokenizer knows more tokens than the model",
      tokens,
      `at most ${vocabSize}, vocab_size of config.json`,
    );
  if (tokenizer.vocabSize < fewestOfRows * vocabSize)
    throw mismatch(
      "the tokenizer knows too few of the model's tokens",
      tokens,
      `nearly ${vocabSize}, vocab_size of config.json`,
    );
  const strange = eosTokens.find((token) => !tokenizer.addedTokens.has(token));
  if (strange !== undefined)
    throw mismatch(
      "what ends a sequence for the model is no special token of the tokenizer",
      `eos_token_id ${strange} in config.json or generation_config.json`,
      `one of ${[...tokenizer.addedTokens].slice(0, 20).join(", ")}, the special tokens of tokenizer.json`,
    );
}

/**
 * Every prompt must be encodable and leave room for a completion. Throws `prompt-empty`, `prompt-too-long`, and as
 * `encodePrompt` does.
 */
export function checkPrompts(
  capabilities: Pick<Capabilities, "contextLength">,
  tokenizer: Tokenizer,
  prompts: readonly Prompt[],
  maxNewTokens: number,
): void {
  for (const prompt of prompts)
    checkLength(capabilities, encodePrompt(tokenizer, prompt).length, maxNewTokens, `prompt ${prompt.id}`);
}

/** Whether a prompt of `length` tokens can be completed. Throws `prompt-empty` and `prompt-too-long`. */
export function checkLength(
  { contextLength }: Pick<Capabilities, "contextLength">,
  length: number,
  maxNewTokens: number,
  where: string,
): void {
  if (length > 0 && length + maxNewTokens <= contextLength) return;
  throw new SelftrainError({
    code: length === 0 ? "prompt-empty" : "prompt-too-long",
    message:
      length === 0
        ? "a prompt has no tokens"
        : `a prompt of ${length} tokens leaves no room for ${maxNewTokens} new ones`,
    found: `${length} + ${maxNewTokens} tokens`,
    expected: `at most ${contextLength} tokens, the model's context`,
    where,
    remedy: "remove or shorten the prompt, or lower maxNewTokens",
  });
}
