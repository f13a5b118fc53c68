/** The adapter that a configuration asks for. */
import type { LoraSettings } from "../../config/lora-config.js";
import type { LoraSource } from "../../engine/onnx/policy/open-policy.js";
import { readAdapter } from "../../model/adapter-files.js";
import type { ModelConfig } from "../../model/config.js";
import type { LoraConfig } from "../../model/lora.js";
import { moduleOf, projections } from "../../model/parameters.js";

/** What a new adapter is made of. */
function newLora({ rank = 16, alpha = 2 * rank, targets }: LoraSettings): LoraConfig {
  const wanted = new Set<string>(targets ?? projections.map(moduleOf));
  return { rank, alpha, targets: projections.filter((part) => wanted.has(moduleOf(part))) };
}

/** Null where the model itself is trained. */
export function loraSource(settings: LoraSettings | undefined, seed: number): LoraSource | null {
  if (!settings) return null;
  return settings.adapter === undefined ? { lora: newLora(settings), seed } : { folder: settings.adapter };
}

/** The adapter's shape, for plans: of one that is gone on with, its own. */
export function loraShape(settings: LoraSettings | undefined, model: ModelConfig): LoraConfig | null {
  if (!settings) return null;
  return settings.adapter === undefined ? newLora(settings) : readAdapter(settings.adapter, model).lora;
}
