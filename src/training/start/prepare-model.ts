/** A model as a run finds it before any weights are loaded: by this one way, whether it is planned, run, or examined by the doctor. */
import type { ModelConfig } from "../../model/config.js";
import { readModelConfig } from "../../model/config-file.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import {
  type ResolvedModel,
  type ResolveOptions,
  resolveLanguageModel,
  resolveModel,
} from "../../run/model-folder.js";
import { checkVocabulary } from "../rollout/fit.js";

export interface PreparedModel extends ResolvedModel {
  /** Of the weights: for an adapter, of the model it belongs to. */
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
}

/** A model that writes text. Throws as `resolveLanguageModel`, `loadTokenizer` and `checkVocabulary` do. */
export const prepareModel = async (name: string, options: ResolveOptions = {}): Promise<PreparedModel> =>
  prepared(await resolveLanguageModel(name, options));

/** A model of either head. Throws as `prepareModel`, but for `model-is-reward-model`. */
export const prepareAnyModel = async (name: string, options: ResolveOptions = {}): Promise<PreparedModel> =>
  prepared(await resolveModel(name, options));

function prepared(resolved: ResolvedModel): PreparedModel {
  const { folder, bases } = resolved;
  const tokenizer = loadTokenizer(folder, bases);
  const config = readModelConfig(folder, bases);
  checkVocabulary(config, tokenizer, folder);
  return { ...resolved, config, tokenizer };
}
