/** A model as a folder has it: its own weights, or an adapter's merged into those of the model it belongs to. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../errors.js";
import { ADAPTER_CONFIG, adapterBase, hasAdapter, readAdapter } from "./adapter-files.js";
import type { ModelConfig } from "./config.js";
import { ofAdapter } from "./config-errors.js";
import { readModelConfig } from "./config-file.js";
import { mergeAdapter } from "./lora.js";
import { checkWeights, readWeights } from "./read-weights.js";

/**
 * `bases` are the folders of the models that an adapter belongs to, its own first, where they are known; else
 * `adapter_config.json` says where. Errors: `adapter-base-missing`, and those of reading a configuration, weights and an
 * adapter.
 */
export function readModel(
  folder: string,
  bases: readonly string[] = [],
): { config: ModelConfig; weights: Float32Array } {
  if (!hasAdapter(folder)) {
    const config = readModelConfig(folder);
    return { config, weights: readWeights(folder, config) };
  }
  const [base = baseOf(folder), ...further] = bases;
  const { config, weights } = ofAdapter(join(folder, ADAPTER_CONFIG), base, () => readModel(base, further));
  const adapter = readAdapter(folder, config);
  mergeAdapter(config, weights, adapter.lora, adapter);
  return { config, weights };
}

/**
 * What `readModel` finds before it reads the weights: headers alone are read, and an adapter, which is small. Folders in `absent` have
 * weights that are still to come, and are passed over.
 */
export function checkModel(
  folder: string,
  bases: readonly string[] = [],
  absent: ReadonlySet<string> = new Set(),
): ModelConfig {
  if (!hasAdapter(folder)) {
    const config = readModelConfig(folder);
    if (!absent.has(folder)) checkWeights(folder, config);
    return config;
  }
  const [base = baseOf(folder), ...further] = bases;
  const config = ofAdapter(join(folder, ADAPTER_CONFIG), base, () => checkModel(base, further, absent));
  if (!absent.has(folder)) readAdapter(folder, config);
  return config;
}

/** The folder that an adapter says its model is in. */
function baseOf(folder: string): string {
  const { name } = adapterBase(folder);
  if (!existsSync(name)) throw baseMissing(folder, name);
  return name;
}

/** The model of an adapter is not where `adapter_config.json` says. */
export function baseMissing(folder: string, base: string): SelftrainError {
  return new SelftrainError({
    code: "adapter-base-missing",
    message: "the model that this adapter belongs to is not there",
    found: base,
    expected: "the folder of a model, or a model of the hub (org/name)",
    where: folder,
    remedy:
      "put the model where adapter_config.json says, or name its folder there (base_model_name_or_path)",
  });
}
