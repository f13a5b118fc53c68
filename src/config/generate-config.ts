/** Configuration of `selftrain generate`: completions of given prompts. */
import { z } from "zod";
import { answersSchema } from "./answers-config.js";
import { chatKeys } from "./chat-keys.js";
import { engineSchema } from "./engine-config.js";
import { seedSchema } from "./train-config.js";

const positiveInt = z.int().positive();

export const generateConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe("Model folder, run directory (its last checkpoint), or org/name[@revision] on the hub"),
    prompts: z.array(z.string()).min(1).describe("Prompts; - reads one a line from standard input"),
    samples: positiveInt.default(1).describe("Completions a prompt"),
    maxNewTokens: positiveInt.default(64).describe("Longest completion, in tokens"),
    temperature: z
      .number()
      .min(0)
      .default(1)
      .describe("1 samples the model itself; 0 takes the likeliest token"),
    ...chatKeys,
    answers: answersSchema,
    seed: seedSchema,
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .describe("Completions of prompts");

export type GenerateConfig = z.output<typeof generateConfigSchema>;
