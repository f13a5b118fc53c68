/** A model as a folder has it: its own weights, or an adapter's merged into those of the model it belongs to. */
import { existsSync } from "node:fs";
import { SelftrainError } from "../errors.js";
import { adapterBase, hasAdapter, readAdapter } from "./adapter-files.js";
import type { ModelConfig } from "./config.js";
import { readModelConfig } from "./config-file.js";
import { mergeAdapter } from "./lora.js";
import { readWeights } from "./read-weights.js";

/** Errors: `adapter-base-missing`, and those of reading a configuration, weights and an adapter. */
export function readModel(folder: string): { config: ModelConfig; weights: Float32Array } {
  if (!hasAdapter(folder)) {
    const config = readModelConfig(folder);
    return { config, weights: readWeights(folder, config) };
  }
  const { config, weights } = readModel(baseOf(folder));
  const adapter = readAdapter(folder, config);
  mergeAdapter(config, weights, adapter.lora, adapter);
  return { config, weights };
}

/** The folder of the weights themselves: for an adapter, that of the model it belongs to. Errors: `adapter-base-missing`. */
export const weightsFolder = (folder: string): string =>
  hasAdapter(folder) ? weightsFolder(baseOf(folder)) : folder;

function baseOf(folder: string): string {
  const base = adapterBase(folder);
  if (!existsSync(base)) throw baseMissing(folder, base);
  return base;
}

function baseMissing(folder: string, base: string): SelftrainError {
  return new SelftrainError({
    code: "adapter-base-missing",
    message: "the model that this adapter belongs to is not there",
    found: base,
    expected: "the folder of a model",
    where: folder,
    remedy:
      "put the model where adapter_config.json says, or name its folder there (base_model_name_or_path)",
  });
}
