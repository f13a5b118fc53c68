/** Configuration of `selftrain eval`: sampled accuracy of a model on prompts with known answers. */

import { z } from "zod";
import { answerKeys, checkRegex } from "./answers-config.js";
import { whereKeysAreRight } from "./cross-check.js";
import { engineSchema } from "./engine-config.js";
import { checkPromptSource, promptSourceSchema, seedSchema } from "./train-config.js";

const positiveInt = z.int().positive();

export const evalConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe("Model folder, run directory (its last checkpoint), or org/name[@revision] on the hub"),
    prompts: promptSourceSchema
      .optional()
      .describe(
        "Where prompts come from: a task or a file; by default the run's own prompts, where model is a run; they are asked as the run's are unless they say otherwise",
      ),
    split: z
      .enum(["test", "train", "pretrain", "whole"])
      .default("test")
      .describe("Split by hash that the prompts are drawn from; whole takes every row of a file"),
    size: positiveInt.default(128).describe("Number of prompts"),
    samples: positiveInt.default(16).describe("Samples a prompt: the k of mean@k, maj@k and pass@k"),
    maxNewTokens: positiveInt
      .optional()
      .describe("Longest completion, in tokens (default: the run's, or the task's longest solution)"),
    temperature: z
      .number()
      .positive()
      .optional()
      .describe("Temperature of the samples (default: the run's, or 1, which samples the model itself)"),
    answers: z
      .strictObject(answerKeys)
      .superRefine((answers, check) => checkRegex(answers, [], check), whereKeysAreRight)
      .optional()
      .describe("How answers are read (by default as the run reads them, where model is a run)"),
    rewardModel: z
      .string()
      .optional()
      .describe(
        "Reward model that chooses and weighs the samples too, for bestOfN@k and weighted maj@k: its folder, a run of `selftrain reward-model train`, or one on the hub",
      ),
    seed: seedSchema,
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .superRefine((config, check) => {
    if (config.prompts !== undefined) checkPromptSource(config.prompts, ["prompts"], check);
  }, whereKeysAreRight)
  .describe("Evaluation of a model");

export type EvalConfig = z.output<typeof evalConfigSchema>;
export type EvalConfigInput = z.input<typeof evalConfigSchema>;
