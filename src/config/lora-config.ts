/** Configuration of a low-rank adapter, in PEFT's names. */

import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";

/** PEFT's names of the projections that an adapter can reach. */
const modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;

export const loraSchema = z
  .strictObject({
    rank: z.int().positive().optional().describe("Rank of the two matrices (default: 16)"),
    alpha: z
      .number()
      .positive()
      .optional()
      .describe("The product is scaled by alpha / rank (default: twice the rank)"),
    targets: z
      .array(z.enum(modules))
      .min(1)
      .optional()
      .describe("Projections that get an adapter (default: all)"),
    adapter: z.string().optional().describe("Folder of a PEFT adapter to go on with, instead of a new one"),
  })
  .superRefine(({ adapter, ...shape }, check) => {
    if (adapter === undefined) return;
    for (const [key, value] of Object.entries(shape)) {
      if (value === undefined) continue;
      check.addIssue({
        code: "custom",
        path: [key],
        message: `lora.${key} describes a new adapter, and lora.adapter goes on with one that has its own`,
        params: { remedy: "keep one of the two" },
      });
    }
  }, whereKeysAreRight)
  .describe("Train a low-rank adapter (LoRA) instead of the model itself");

export type LoraSettings = z.output<typeof loraSchema>;
