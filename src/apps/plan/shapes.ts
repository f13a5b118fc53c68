/** Models by size, and the figures of one that a plan needs. */
import type { planModels } from "../../config/plan-config.js";
import type { ModelConfig } from "../../model/config.js";
import { parameterCount } from "../../model/parameters.js";

export interface Shape {
  readonly name: string;
  readonly layers: number;
  /** Width of queries, over all heads. */
  readonly width: number;
  /** Width of keys, over all heads; values have as much. */
  readonly kvWidth: number;
  readonly parameters: number;
  /** Those that a token goes through: fewer in a mixture of experts. The table of embeddings is looked up, not multiplied with. */
  readonly active: number;
}

const shape = (
  layers: number,
  width: number,
  kvWidth: number,
  parameters: number,
  active: number,
): Omit<Shape, "name"> => ({
  layers,
  width,
  kvWidth,
  parameters: parameters * 1e9,
  active: active * 1e9,
});

/** From the models' own config.json: Qwen 2.5 to 72B, Qwen3-235B-A22B. */
const sizes: Readonly<Record<(typeof planModels)[number], Omit<Shape, "name">>> = {
  "0.5B": shape(24, 896, 128, 0.494, 0.494),
  "1.5B": shape(28, 1536, 256, 1.544, 1.544),
  "3B": shape(36, 2048, 256, 3.086, 3.086),
  "7B": shape(28, 3584, 512, 7.616, 7.071),
  "14B": shape(48, 5120, 1024, 14.77, 13.99),
  "32B": shape(64, 5120, 1024, 32.764, 31.986),
  "72B": shape(80, 8192, 1024, 72.706, 71.461),
  "235B": shape(94, 8192, 512, 235.094, 21.57),
};

export const sizeNamed = (name: string): Shape | null =>
  name in sizes ? { name, ...sizes[name as keyof typeof sizes] } : null;

/** Of a model that is read. */
export function shapeOf(name: string, config: ModelConfig): Shape {
  const parameters = parameterCount(config);
  const looked = config.tiedHead ? 0 : config.vocabSize * config.hiddenSize;
  return {
    name,
    layers: config.layers,
    width: config.heads * config.headDim,
    kvWidth: config.kvHeads * config.headDim,
    parameters,
    active: parameters - looked,
  };
}
