/** Configuration of `selftrain label`: a model's votes on prompts, kept for teachers, selections and baselines. */

import { z } from "zod";
import { answersSchema, voteSchema } from "./answers-config.js";
import { whereKeysAreRight } from "./cross-check.js";
import { engineSchema } from "./engine-config.js";
import { checkPromptSource, promptSourceSchema, seedSchema } from "./train-config.js";

const positiveInt = z.int().positive();

export const labelConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe("Model folder, run directory (its last checkpoint), or org/name[@revision] on the hub"),
    output: z.string().describe("Folder to create; the same command continues one that was not finished"),
    prompts: promptSourceSchema,
    split: z
      .enum(["train", "test", "pretrain", "whole"])
      .default("train")
      .describe("Split by hash that the prompts are drawn from; whole takes every row of a file"),
    samples: positiveInt.default(16).describe("Solutions a prompt, each with a vote"),
    maxNewTokens: positiveInt.default(64).describe("Longest completion, in tokens"),
    temperature: z.number().positive().default(1).describe("1 samples the model itself"),
    answers: answersSchema,
    vote: voteSchema,
    seed: seedSchema,
    promptsPerPart: positiveInt
      .default(64)
      .describe("Prompts that are sampled and written at a time; bounds the memory, and what a kill loses"),
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .superRefine((config, check) => {
    checkPromptSource(config.prompts, ["prompts"], check);
    if (config.split === "whole" && config.prompts.task !== undefined)
      check.addIssue({
        code: "custom",
        path: ["split"],
        message: `split whole takes every row of a file, and prompts.task is ${config.prompts.task}`,
        params: { remedy: "take split train, or name a file in prompts.file" },
      });
  }, whereKeysAreRight)
  .describe("Votes of a model on prompts");

export type LabelConfig = z.output<typeof labelConfigSchema>;
export type LabelConfigInput = z.input<typeof labelConfigSchema>;
