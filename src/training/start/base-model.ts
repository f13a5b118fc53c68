/** The model that pretraining starts from: a folder, or a new one with random weights over a task's characters. */
import type { PretrainConfig } from "../../config/train-config.js";
import { sharedAlphabet } from "../../data/tasks/alphabet.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { ModelConfig } from "../../model/config.js";
import { llamaConfig, readModelConfig } from "../../model/config-file.js";
import { CharacterTokenizer } from "../../model/tokenizer/character-tokenizer.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { verifyModel } from "../../run/manifest.js";
import { hubOptions, type ResolveOptions, resolveLanguageModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { checkVocabulary } from "../rollout/fit.js";
import { fileAlphabet } from "./file-alphabet.js";
import { loraSource } from "./lora.js";

export interface BaseModel {
  readonly engine: OnnxEngine;
  readonly tokenizer: Tokenizer;
}

export async function openBaseModel(config: PretrainConfig, options: RunOptions = {}): Promise<BaseModel> {
  const { model, seed } = config;
  const engine = { ...config.engine, lora: loraSource(config.lora, seed) };
  if (typeof model === "string") {
    const { folder, bases } = await resolveLanguageModel(model, options);
    const tokenizer = loadTokenizer(folder, bases);
    const known = readModelConfig(folder, bases);
    checkVocabulary(known, tokenizer, folder);
    await verifyModel(folder, bases);
    return { engine: await OnnxEngine.create({ model: { folder, bases }, ...engine }), tokenizer };
  }
  const tokenizer = await newTokenizer(config, options);
  return {
    engine: await OnnxEngine.create({ model: { config: newModelConfig(model, tokenizer), seed }, ...engine }),
    tokenizer,
  };
}

/** All tasks share one alphabet, so that a model of one can go on with another; a file brings its own. */
export async function newTokenizer(config: PretrainConfig, options: ResolveOptions = {}): Promise<Tokenizer> {
  const { file } = config.prompts;
  const alphabet =
    file === undefined ? sharedAlphabet() : await fileAlphabet(file, config, hubOptions(options));
  return new CharacterTokenizer(alphabet);
}

export function newModelConfig(
  shape: Exclude<PretrainConfig["model"], string>,
  tokenizer: Tokenizer,
): ModelConfig {
  return llamaConfig({
    hiddenSize: shape.hiddenSize,
    feedForward: shape.feedForward,
    layers: shape.layers,
    heads: shape.heads,
    kvHeads: shape.kvHeads ?? shape.heads,
    headDim: shape.hiddenSize / shape.heads,
    vocabSize: tokenizer.vocabSize,
    contextLength: shape.contextLength,
    tiedHead: shape.tiedHead,
    eosTokens: tokenizer.eosTokens,
    padToken: tokenizer.padToken,
  });
}
