/** An engine's state on disk: the model in Hugging Face layout, and the optimiser's moments beside it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../fs/fs-errors.js";
import { hfConfig, type ModelConfig, readModelConfig } from "../../model/config.js";
import { gatherWeights, type ParameterSpec } from "../../model/parameters.js";
import { readSafetensors, writeSafetensors } from "../../model/safetensors.js";
import type { AdamState } from "./adamw.js";

const MODEL = "model.safetensors";
const OPTIMIZER = "optimizer.safetensors";

const views = (specs: readonly ParameterSpec[], flat: Float32Array, prefix = "") =>
  specs.map(({ name, shape, offset, size }) => ({
    name: prefix + name,
    shape,
    data: flat.subarray(offset, offset + size),
  }));

/** Reads `config.json` and `model.safetensors` of a folder. */
export function readModel(folder: string): { config: ModelConfig; weights: Float32Array } {
  const config = readModelConfig(folder);
  return { config, weights: readWeights(folder, config) };
}

/** Reads the weights of a model known otherwise. Errors: those of `gatherWeights` where they are another model's. */
export function readWeights(folder: string, config: ModelConfig): Float32Array {
  const path = join(folder, MODEL);
  return gatherWeights(config, readSafetensors(path), path);
}

/** Writes `config.json` and `model.safetensors`. */
export function writeModel(
  folder: string,
  config: ModelConfig,
  specs: readonly ParameterSpec[],
  weights: Float32Array,
): void {
  const path = join(folder, "config.json");
  guardFs("write the model's configuration", path, () =>
    writeFileSync(path, `${JSON.stringify(hfConfig(config), null, 2)}\n`),
  );
  writeSafetensors(join(folder, MODEL), views(specs, weights), { format: "pt" });
}

export function writeOptimizer(folder: string, specs: readonly ParameterSpec[], state: AdamState): void {
  writeSafetensors(
    join(folder, OPTIMIZER),
    [
      ...views(specs, state.mean, "exp_avg."),
      ...views(specs, state.variance, "exp_avg_sq."),
      stepTensor(state.step),
    ],
    { format: "pt" },
  );
}

const stepTensor = (step: number) => ({ name: "step", shape: [1], data: Float32Array.of(step) });

/** Reads the moments back into `state`. Errors: `optimizer-state-invalid`, nothing changed. */
export function readOptimizer(folder: string, specs: readonly ParameterSpec[], state: AdamState): void {
  const path = join(folder, OPTIMIZER);
  const tensors = readSafetensors(path);
  const read = (name: string, size: number): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data?.length !== size) {
      throw new SelftrainError({
        code: "optimizer-state-invalid",
        message: `the optimiser state ${data ? "holds another size of" : "lacks"} tensor ${name}`,
        found: data?.length ?? "nothing",
        expected: `${size} numbers`,
        where: path,
        remedy: "resume from an earlier checkpoint of the same run",
      });
    }
    return data;
  };
  const moments = specs.map(({ name, offset, size }) => ({
    offset,
    mean: read(`exp_avg.${name}`, size),
    variance: read(`exp_avg_sq.${name}`, size),
  }));
  state.step = read("step", 1)[0] as number;
  for (const { offset, mean, variance } of moments) {
    state.mean.set(mean, offset);
    state.variance.set(variance, offset);
  }
}
