/** What `selftrain label` would do, for `--dry-run`. No weights are downloaded. */
import type { LabelConfig } from "../../config/label-config.js";
import { planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { readModelConfig } from "../../model/config-file.js";
import { parameterCount } from "../../model/parameters.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { type ResolveOptions, resolveLanguageModel } from "../../run/model-folder.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { labelPool } from "./label-prompts.js";

export interface LabelPlan {
  readonly prompts: { readonly pool: number; readonly description: string; readonly longest: number };
  /** Sequences in all, and in a part. */
  readonly rollouts: number;
  readonly rolloutsPerPart: number;
  readonly parts: number;
  /** Most tokens in all, prompts included. */
  readonly tokens: number;
  readonly parameters: number;
  /** Sequences that are decoded at a time, within the memory budget. */
  readonly decodedAtOnce: number;
  readonly notes: readonly string[];
}

export async function planLabel(config: LabelConfig, options: ResolveOptions = {}): Promise<LabelPlan> {
  const { folder, bases, hub } = await resolveLanguageModel(config.model, { ...options, weights: false });
  const tokenizer = loadTokenizer(folder, bases);
  const { prompts, description, labels } = await labelPool(config, tokenizer, options);
  const model = readModelConfig(folder, bases);
  const lengths = prompts.map((prompt) => encodePrompt(tokenizer, prompt).length);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const { samples, maxNewTokens, promptsPerPart } = config;
  const memory = planMemory({ config: model, lora: null }, planOptions(config.engine));
  const room = longest + maxNewTokens;
  return {
    prompts: { pool: prompts.length, description, longest },
    rollouts: prompts.length * samples,
    rolloutsPerPart: Math.min(promptsPerPart, prompts.length) * samples,
    parts: Math.ceil(prompts.length / promptsPerPart),
    tokens: prompts.length * samples * room,
    parameters: parameterCount(model),
    decodedAtOnce: Math.min(promptsPerPart * samples, memory.decodeRows(room)),
    notes: [
      ...(hub === null ? [] : [`the model is ${hub.pinned}`]),
      ...(room > model.contextLength
        ? [
            `the longest prompt and completion take ${room} tokens, more than the context of ${model.contextLength}`,
          ]
        : []),
      labels.size === 0
        ? "no true answers are known: there will be no pass rates"
        : `true answers of ${labels.size} prompts are known, for pass rates alone`,
    ],
  };
}
