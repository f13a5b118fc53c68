/** The model that pretraining starts from: a folder, or a new one with random weights over a task's characters. */
import type { PretrainConfig } from "../../config/train-config.js";
import { sharedAlphabet } from "../../data/tasks/alphabet.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { ModelConfig } from "../../model/config.js";
import { llamaConfig } from "../../model/config-file.js";
import { CharacterTokenizer } from "../../model/tokenizer/character-tokenizer.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import { fileAlphabet } from "./file-alphabet.js";
import { loraSource } from "./lora.js";
import { type PreparedModel, prepareModel } from "./prepare-model.js";

/** A model as pretraining finds it before any weights are loaded, or made. */
export interface PreparedBase {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** Null for a new model. */
  readonly found: PreparedModel | null;
}

export interface BaseModel {
  readonly engine: OnnxEngine;
  readonly tokenizer: Tokenizer;
}

/** Throws as `prepareModel`. */
export async function prepareBaseModel(
  config: PretrainConfig,
  options: ResolveOptions = {},
): Promise<PreparedBase> {
  const { model } = config;
  if (typeof model === "string") {
    const found = await prepareModel(model, options);
    return { config: found.config, tokenizer: found.tokenizer, found };
  }
  const tokenizer = await newTokenizer(config, options);
  return { config: newModelConfig(model, tokenizer), tokenizer, found: null };
}

/** Loads the model, or makes it. The caller closes the engine. */
export async function openBaseModel(
  { config: shape, tokenizer, found }: PreparedBase,
  { engine: settings, lora, seed }: PretrainConfig,
): Promise<BaseModel> {
  const model = found ? { folder: found.folder, bases: found.bases } : { config: shape, seed };
  const engine = await OnnxEngine.create({ model, ...settings, lora: loraSource(lora, seed) });
  return { engine, tokenizer };
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
