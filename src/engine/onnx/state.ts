/** The state of training on disk, beside the model or the adapter in Hugging Face layout: the optimiser's moments, and copies. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import type { ParameterSpec } from "../../model/parameters.js";
import { readSafetensors, writeSafetensors } from "../../model/safetensors.js";
import { tensorsOf } from "../../model/write-model.js";
import type { AdamState } from "./optimiser/adamw.js";

const OPTIMIZER = "optimizer.safetensors";
const COPY = /^copy-(.+)\.safetensors$/;

/** The trained weights of a copy of the policy, and the optimiser steps that the policy had taken when the copy last changed. */
export interface CopyState {
  readonly weights: Float32Array;
  readonly policyVersion: number;
}

/** One file a copy, `copy-NAME.safetensors`. */
export function writeCopies(
  folder: string,
  specs: readonly ParameterSpec[],
  copies: ReadonlyMap<string, CopyState>,
): void {
  for (const [name, { weights, policyVersion }] of copies) {
    const tensors = [...tensorsOf(specs, weights), stepTensor(policyVersion)];
    writeSafetensors(join(folder, `copy-${name}.safetensors`), tensors, { format: "pt" });
  }
}

/** The copies of a state by name. Errors: `copy-state-invalid`. */
export function readCopies(folder: string, specs: readonly ParameterSpec[]): Map<string, CopyState> {
  const names = readdirSync(folder).flatMap((file) => COPY.exec(file)?.[1] ?? []);
  return new Map(
    names.sort().map((name) => [name, readCopy(join(folder, `copy-${name}.safetensors`), specs)]),
  );
}

function readCopy(path: string, specs: readonly ParameterSpec[]): CopyState {
  const tensors = readSafetensors(path);
  const weights = new Float32Array(specs.reduce((total, { size }) => total + size, 0));
  for (const { name, offset, size } of specs) {
    const data = tensors.get(name)?.data;
    if (data?.length !== size) {
      throw new SelftrainError({
        code: "copy-state-invalid",
        message: `the copy of the policy ${data ? "holds another size of" : "lacks"} tensor ${name}`,
        found: data?.length ?? "nothing",
        expected: `${size} numbers`,
        where: path,
        remedy: "resume from an earlier checkpoint of the same run",
      });
    }
    weights.set(data, offset);
  }
  return { weights, policyVersion: tensors.get("step")?.data[0] ?? 0 };
}

export function writeOptimizer(folder: string, specs: readonly ParameterSpec[], state: AdamState): void {
  writeSafetensors(
    join(folder, OPTIMIZER),
    [
      ...tensorsOf(specs, state.mean, "exp_avg."),
      ...tensorsOf(specs, state.variance, "exp_avg_sq."),
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
