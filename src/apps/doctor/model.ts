/** The model that is to be trained: its shape and its tokenizer, and none of its weights. */
import type { DoctorConfig } from "../../config/doctor-config.js";
import type { Prompt } from "../../group.js";
import { readModelConfig } from "../../model/config-file.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { type ResolveOptions, resolveModel } from "../../run/model-folder.js";
import { encodePrompt } from "../../training/rollout/encode-prompt.js";
import { checkLength, checkVocabulary } from "../../training/rollout/fit.js";
import { formatPrompts } from "../../training/rollout/format-prompts.js";

export interface PatientModel {
  readonly contextLength: number;
  readonly vocabSize: number;
  readonly hasChatTemplate: boolean;
  /** How many tokens the prompt is, put to the model as configured. Throws as `formatPrompts` and `encodePrompt` do. */
  tokens(prompt: Prompt): number;
  /** Throws `prompt-empty` and `prompt-too-long`. */
  checkLength(tokens: number, where: string): void;
}

/** Throws as a run does that cannot use the model. */
export async function openModel(
  config: DoctorConfig & { model: string },
  options: ResolveOptions,
): Promise<PatientModel> {
  const { folder, bases } = await resolveModel(config.model, { ...options, weights: false });
  const model = readModelConfig(folder, bases);
  const tokenizer = loadTokenizer(folder, bases);
  checkVocabulary(model, tokenizer, folder);
  return {
    contextLength: model.contextLength,
    vocabSize: model.vocabSize,
    hasChatTemplate: tokenizer.chatTemplate !== null,
    tokens: (prompt) => encodePrompt(tokenizer, formatPrompts([prompt], config, tokenizer)[0]!).length,
    checkLength: (tokens, where) => checkLength(model, tokens, config.maxNewTokens, where),
  };
}
