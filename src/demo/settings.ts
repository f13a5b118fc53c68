/**
 * The demo's experiments as configurations of the same commands that anyone can type. How these settings were found,
 * and what they give over seeds, is in docs/experiments.md.
 */
import { join } from "node:path";
import {
  type PretrainConfig,
  type PretrainConfigInput,
  pretrainConfigSchema,
  type TrainConfig,
  type TrainConfigInput,
  trainConfigSchema,
} from "../config/train-config.js";

export interface DemoSettings {
  readonly base: PretrainConfig;
  readonly srt: TrainConfig;
  readonly fixedTeacher: TrainConfig;
  readonly groundTruth: TrainConfig;
  readonly collapse: TrainConfig;
  readonly mitigated: TrainConfig;
}

/** Prompts that the base model mostly gets wrong in scattered ways: its majority is better than its samples. */
const GAIN_PROMPTS = { task: "chain-sums", levels: { 4: 1 }, size: 1024 };
/** Prompts far beyond it. */
const HARD_PROMPTS = { task: "chain-sums", levels: { 8: 1 }, size: 512 };

export const GAIN_DESCRIPTION = "sums of four numbers with running totals";
export const HARD_DESCRIPTION = "sums of eight numbers, where it was taught four";
export const MITIGATION_DESCRIPTION = "labels voted once by the starting model";

export function demoSettings(folder: string, seed: number): DemoSettings {
  const at = (name: string) => join(folder, name);
  const base: PretrainConfigInput = {
    output: at("base"),
    seed,
    prompts: { task: "chain-sums", levels: { 4: 1 } },
    slip: 0.1,
    steps: 500,
  };
  const gain: TrainConfigInput = {
    model: at("base"),
    output: at("srt"),
    seed,
    prompts: GAIN_PROMPTS,
    steps: 40,
    maxNewTokens: 40,
    adam: { learningRate: 1e-4 },
    evaluation: { size: 256, every: 20 },
    checkpointEvery: 20,
  };
  const hard: TrainConfigInput = {
    ...gain,
    output: at("collapse"),
    prompts: HARD_PROMPTS,
    adam: { learningRate: 3e-4 },
    // The skill that it had is measured, not the one it never had.
    evaluation: { size: 128, every: 10, prompts: GAIN_PROMPTS },
  };
  const train = (config: TrainConfigInput) => trainConfigSchema.parse(config);
  return {
    base: pretrainConfigSchema.parse(base),
    srt: train(gain),
    fixedTeacher: train({ ...gain, output: at("fixed-teacher"), reward: "fixed-teacher" }),
    groundTruth: train({ ...gain, output: at("ground-truth"), reward: "ground-truth" }),
    collapse: train(hard),
    mitigated: train({ ...hard, output: at("collapse-mitigated"), reward: "fixed-teacher" }),
  };
}
