/** A model folder as Hugging Face lays it out: `config.json`, and the weights in one file or in several with an index. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { guardFs } from "../io/fs/fs-errors.js";
import { INDEX, SINGLE } from "./checkpoint-files.js";
import type { ModelConfig } from "./config.js";
import { hfConfig } from "./config-file.js";
import { type DtypeName, storedDtype } from "./dtype.js";
import { type ParameterSpec, parameterSpecs } from "./parameters.js";
import { writeSafetensors } from "./safetensors.js";
import { dtypeBytes } from "./safetensors-header.js";
import { EXACT, type Storage } from "./storage.js";

/** Named parts of a contiguous array [parameterCount]. */
export const tensorsOf = (specs: readonly ParameterSpec[], flat: Float32Array, prefix = "") =>
  specs.map(({ name, shape, offset, size }) => ({
    name: prefix + name,
    shape,
    data: flat.subarray(offset, offset + size),
  }));

/** Writes the model into a folder that is there. Errors: `weights-overflow`, and those of the file system. */
export function writeModel(
  folder: string,
  config: ModelConfig,
  weights: Float32Array,
  { dtype, shards }: Storage = EXACT,
): void {
  const specs = parameterSpecs(config);
  writeModelConfig(folder, config, dtype);
  const files = new Map<string, ParameterSpec[]>();
  for (const spec of specs) {
    const file = shards?.get(spec.name) ?? SINGLE;
    files.set(file, [...(files.get(file) ?? []), spec]);
  }
  for (const [file, members] of files) {
    const tensors = tensorsOf(members, weights);
    writeSafetensors(join(folder, file), tensors, { format: "pt" }, storedDtype[dtype]);
  }
  if (!shards) return;
  const names = specs.map(({ name }) => name).sort();
  writeJson(join(folder, INDEX), {
    metadata: {
      total_parameters: weights.length,
      total_size: weights.length * dtypeBytes[storedDtype[dtype]],
    },
    weight_map: Object.fromEntries(names.map((name) => [name, shards.get(name)])),
  });
}

/** Writes `config.json` alone, as the model's weights stored as `dtype` would have it. */
export function writeModelConfig(folder: string, config: ModelConfig, dtype: DtypeName = EXACT.dtype): void {
  writeJson(join(folder, "config.json"), hfConfig(config, dtype));
}

function writeJson(path: string, value: unknown): void {
  guardFs("write the model", path, () => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`));
}
