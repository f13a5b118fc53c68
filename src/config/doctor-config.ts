/** Configuration of `selftrain doctor`: what a training run would make of a dataset, or of a device. Keys mean what they mean there. */
import { z } from "zod";
import { chatKeys } from "./chat-keys.js";

export const doctorConfigSchema = z
  .strictObject({
    data: z
      .string()
      .optional()
      .describe(
        "A JSONL, JSON, CSV, TSV or Parquet file, a folder of them, a pattern such as data/*.parquet, or hf:datasets/org/name on the hub",
      ),
    device: z
      .enum(["gpu"])
      .optional()
      .describe(
        "Examine the graphics device instead of a dataset: its limits, and whether it computes rightly",
      ),
    full: z
      .boolean()
      .default(false)
      .describe(
        "With device: also measure it against the processor, at most ten minutes, and print a block to paste into an issue",
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
  .superRefine((config, check) => {
    const refuse = (path: string, message: string, remedy: string) =>
      check.addIssue({ code: "custom", path: [path], message, params: { remedy } });
    if (config.device === undefined && config.full)
      refuse("full", "full measures a device, and device is not given", "add --device gpu");
    if (config.device === undefined) return;
    for (const key of ["data", "model", "answerColumn"] as const)
      if (config[key] !== undefined)
        refuse(
          key,
          `${key} is of a dataset, and device examines the graphics device`,
          "leave one of them out",
        );
  })
  .describe("Check of a dataset, or of a device");

export type DoctorConfig = z.output<typeof doctorConfigSchema>;
