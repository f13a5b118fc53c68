/** The model that is to be trained: its shape and its tokenizer, and of its weights the headers. */
import type { DoctorConfig } from "../../config/doctor-config.js";
import type { Prompt } from "../../group.js";
import { checkWeightFiles, type ResolveOptions } from "../../run/model-folder.js";
import { encodePrompt } from "../../training/rollout/encode-prompt.js";
import { checkLengths } from "../../training/rollout/fit.js";
import { formatPrompts } from "../../training/rollout/format-prompts.js";
import { prepareModel } from "../../training/start/prepare-model.js";

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
  const prepared = await prepareModel(config.model, { ...options, weights: false });
  await checkWeightFiles(prepared);
  const { config: model, tokenizer } = prepared;
  return {
    contextLength: model.contextLength,
    vocabSize: model.vocabSize,
    hasChatTemplate: tokenizer.chatTemplate !== null,
    tokens: (prompt) => encodePrompt(tokenizer, formatPrompts([prompt], config, tokenizer)[0]!).length,
    checkLength: (prompt, where) =>
      checkLengths(model, [
        { what: "prompts", sequences: [{ where, prompt, completion: config.maxNewTokens }] },
      ]),
  };
}
