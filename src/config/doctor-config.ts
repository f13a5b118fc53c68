/** Configuration of `selftrain doctor`: what a training run would make of a dataset. Keys mean what they mean there. */
import { z } from "zod";
import { chatKeys } from "./chat-keys.js";

export const doctorConfigSchema = z
  .strictObject({
    data: z
      .string()
      .describe(
        "A JSONL, JSON, CSV, TSV or Parquet file, a folder of them, a pattern such as data/*.parquet, or hf:datasets/org/name on the hub",
      ),
    model: z
      .string()
      .optional()
      .describe(
        "Model that is to be trained, whose tokenizer and context the prompts are held against: a model folder, a run directory, or org/name[@revision] on the hub",
      ),
    promptColumn: z.string().default("prompt").describe("Column of the prompt: text, or chat messages"),
    answerColumn: z.string().optional().describe("Column of the true answer"),
    maxNewTokens: z.int().positive().default(64).describe("Longest completion, in tokens"),
    evaluation: z
      .strictObject({
        size: z
          .int()
          .min(0)
          .default(128)
          .describe(
            "Number of held-out prompts; 0 for a run without evaluation, or with prompts of its own for it",
          ),
      })
      .prefault({})
      .describe("Evaluation of the run"),
    ...chatKeys,
  })
  .describe("Check of a dataset");

export type DoctorConfig = z.output<typeof doctorConfigSchema>;
