/** Configuration of `selftrain export`: a model as a folder that other programs load. */
import { z } from "zod";

export const exportConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe("Model folder, a run directory (its last checkpoint), or a model of the hub (org/name)"),
    output: z.string().describe("Folder to write; it must not exist yet, or be empty"),
    dtype: z
      .enum(["float32", "float16", "bfloat16"])
      .optional()
      .describe("Type of the weights (default: as they are stored)"),
    maxShardSizeMiB: z
      .int()
      .positive()
      .optional()
      .describe("Largest file of weights in MiB (default: files as the model has them)"),
    card: z
      .boolean()
      .default(true)
      .describe("Write README.md: a model card of what the run was and measured"),
  })
  .describe("A model for other programs");

export type ExportConfig = z.output<typeof exportConfigSchema>;
