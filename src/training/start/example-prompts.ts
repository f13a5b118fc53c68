/** Prompts of supervised examples as token ids, put to the model as they will be when it is sampled. */
import type { PromptSourceConfig } from "../../config/train-config.js";
import type { Example } from "../../data/examples.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { formatPrompts } from "../rollout/format-prompts.js";

export function encodeExamplePrompts(
  examples: readonly Example[],
  source: PromptSourceConfig,
  tokenizer: Tokenizer,
): number[][] {
  const prompts = examples.map(({ prompt }) => ({ id: JSON.stringify(prompt.slice(0, 80)), text: prompt }));
  return formatPrompts(prompts, source, tokenizer).map((prompt) => encodePrompt(tokenizer, prompt));
}
