/** Weights of a model folder, read tensor by tensor into the contiguous array that everything works on. */
import { basename } from "node:path";
import { SelftrainError } from "../errors.js";
import { INDEX, readShardMap, type ShardMap, weightFiles } from "./checkpoint-files.js";
import type { ModelConfig } from "./config.js";
import { HEAD, type ParameterSpec, parameterSpecs } from "./parameters.js";
import { readSafetensorsHeader, readSafetensorsInto } from "./safetensors.js";
import type { TensorEntry } from "./safetensors-header.js";

/** Tables that old checkpoints carry and that are computed here. */
const BUFFER = /\.rotary_emb\.(inv_freq|cos_cached|sin_cached)$|\.attn(ention)?\.masked_bias$/;

/**
 * Float32 [parameterCount], in the order of `parameterSpecs`, from files of float32, float16 or bfloat16. Nothing of that
 * size is allocated before the headers of all files are found to fit.
 *
 * Errors: `weights-file-missing`, `weights-index-invalid`, `weights-missing`, `weights-superfluous`, `weights-shape`,
 * `weights-not-finite`, and those of `readSafetensors`.
 */
export function readWeights(folder: string, config: ModelConfig): Float32Array {
  const { files, specs } = checkWeights(folder, config);
  const last = [...specs.values()].at(-1) as ParameterSpec;
  const weights = new Float32Array(last.offset + last.size);
  for (const path of files) {
    readSafetensorsInto(
      path,
      ({ name }) => {
        const spec = specs.get(name);
        return spec ? weights.subarray(spec.offset, spec.offset + spec.size) : null;
      },
      ({ name }, data) => checkFinite(data, `${path}: ${name}`),
    );
  }
  return weights;
}

/** What `readWeights` finds before it reads a number, in the headers alone. Errors: its own, but for `weights-not-finite`. */
export function checkWeights(
  folder: string,
  config: ModelConfig,
): { readonly files: readonly string[]; readonly specs: ReadonlyMap<string, ParameterSpec> } {
  const map = readShardMap(folder);
  const files = weightFiles(folder, map);
  const specs = new Map(parameterSpecs(config).map((spec) => [spec.name, spec]));
  checkHeaders(files, specs, config, map);
  return { files, specs };
}

function checkHeaders(
  files: readonly string[],
  specs: ReadonlyMap<string, ParameterSpec>,
  config: ModelConfig,
  map: ShardMap | null,
): void {
  const found = new Set<string>();
  for (const path of files) {
    for (const entry of readSafetensorsHeader(path).entries) {
      const { name } = entry;
      const spec = specs.get(name);
      const where = `${path}: ${name}`;
      if (spec) checkShape(entry, spec, where);
      else if (!BUFFER.test(name) && !(name === HEAD && config.tiedHead)) throw superfluous(name, where);
      if (map && map.get(name) !== basename(path)) throw misplaced(name, map, where);
      found.add(name);
    }
  }
  for (const { name, shape } of specs.values()) {
    if (found.has(name)) continue;
    const file = map?.get(name);
    throw new SelftrainError({
      code: "weights-missing",
      message: file ? `${INDEX} says that ${file} has tensor ${name}` : `the checkpoint lacks tensor ${name}`,
      found: "no such tensor",
      expected: `shape [${shape}]`,
      where: files.find((path) => basename(path) === file) ?? files.join(", "),
      remedy: REMEDY,
    });
  }
}

const REMEDY = "use the weights that belong to this config.json";

function checkShape(entry: TensorEntry, spec: ParameterSpec, where: string): void {
  if (entry.shape.join() === spec.shape.join()) return;
  throw new SelftrainError({
    code: "weights-shape",
    message: `tensor ${entry.name} has another shape than config.json says`,
    found: `[${entry.shape}]`,
    expected: `[${spec.shape}]`,
    where,
    remedy: REMEDY,
  });
}

function checkFinite(data: Float32Array, where: string): void {
  let bad = 0;
  while (bad < data.length && Number.isFinite(data[bad])) bad++;
  if (bad === data.length) return;
  throw new SelftrainError({
    code: "weights-not-finite",
    message: "a weight is not a number that can be computed with",
    found: `${data[bad]} at element ${bad}`,
    where,
    remedy: "the checkpoint is damaged or its training diverged: use an earlier one",
  });
}

function superfluous(name: string, where: string): SelftrainError {
  return new SelftrainError({
    code: "weights-superfluous",
    message: `the model of config.json has no tensor ${name}`,
    where,
    remedy: REMEDY,
  });
}

function misplaced(name: string, map: ShardMap, where: string): SelftrainError {
  return new SelftrainError({
    code: "weights-index-invalid",
    message: `${INDEX} does not say that tensor ${name} is in this file`,
    found: map.get(name) ?? "not in the index",
    where,
    remedy: "the files are of different checkpoints: copy or download them again",
  });
}
