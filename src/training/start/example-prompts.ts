/** Prompts of supervised examples as token ids, put to the model as they will be when it is sampled. */
import type { PromptSourceConfig } from "../../config/train-config.js";
import type { Example, PlacedExample } from "../../data/examples.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { formatPrompts } from "../rollout/format-prompts.js";

export function encodeExamplePrompts(
  examples: readonly (Example & Partial<PlacedExample>)[],
  source: PromptSourceConfig,
  tokenizer: Tokenizer,
): number[][] {
  const prompts = examples.map((example) => ({ id: placeOfExample(example), text: example.prompt }));
  return formatPrompts(prompts, source, tokenizer, (place) => place).map((prompt) =>
    encodePrompt(tokenizer, prompt, prompt.id),
  );
}

/** Where an example stands, for errors: its file and line, else how its prompt begins. */
export const placeOfExample = ({ prompt, where }: Example & Partial<PlacedExample>): string =>
  where ?? `prompt ${JSON.stringify(prompt.slice(0, 80))}`;
