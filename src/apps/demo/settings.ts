/**
 * The demo's experiments are the project's recipes, in a folder and with a seed of the demo's own. How their settings were
 * found, and what they give over seeds, is in docs/experiments.md.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type PretrainConfig,
  pretrainConfigSchema,
  type TrainConfig,
  trainConfigSchema,
} from "../../config/train-config.js";
import { readYaml } from "../../config/yaml-source.js";

export interface DemoSettings {
  readonly base: PretrainConfig;
  readonly srt: TrainConfig;
  readonly fixedTeacher: TrainConfig;
  readonly groundTruth: TrainConfig;
  readonly twoWaysBase: PretrainConfig;
  readonly twoWays: TrainConfig;
  readonly collapse: TrainConfig;
  readonly mitigated: TrainConfig;
}

export const GAIN_DESCRIPTION = "sums of four numbers with running totals";
export const TWO_WAYS_DESCRIPTION = "sums of two numbers of two or three digits";
export const HARD_DESCRIPTION = "two thirds sums of eight numbers, where it was taught four";
export const MITIGATION_DESCRIPTION = "labels voted once by the starting model";

/** What becomes of single prompts: of a fast collapse its recipe says how often. It samples for itself, and changes no other figure. */
const PROBE = { size: 32, samples: 8, every: 10 };

/** The values of `recipes/NAME.yaml`. */
function recipe(name: string): Record<string, unknown> {
  const file = fileURLToPath(new URL(`../../../recipes/${name}.yaml`, import.meta.url));
  return readYaml(file).value as Record<string, unknown>;
}

export function demoSettings(folder: string, seed: number): DemoSettings {
  const at = (name: string) => join(folder, name);
  const pretrain = (name: string, output: string) =>
    pretrainConfigSchema.parse({ ...recipe(name), output: at(output), seed });
  const train = (name: string, output: string, base = "base") =>
    trainConfigSchema.parse({ probe: PROBE, ...recipe(name), model: at(base), output: at(output), seed });
  return {
    base: pretrain("chain-sums/pretrain", "base"),
    srt: train("chain-sums/train", "srt"),
    fixedTeacher: train("controls/fixed-teacher", "fixed-teacher"),
    groundTruth: train("controls/ground-truth", "ground-truth"),
    twoWaysBase: pretrain("two-ways/pretrain", "two-ways-base"),
    twoWays: train("two-ways/train", "two-ways", "two-ways-base"),
    collapse: train("collapse/train", "collapse"),
    mitigated: train("collapse/mitigated", "collapse-mitigated"),
  };
}
