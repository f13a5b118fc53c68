/** Configuration of `selftrain handoff` and of `selftrain submit`: a run as a job of another trainer. */
import { z } from "zod";

/** Trainers that a run can be handed to. */
export const handoffTargets = ["trl", "verl", "skyrl"] as const;

export type HandoffTarget = (typeof handoffTargets)[number];

export const handoffConfigSchema = z
  .strictObject({
    run: z
      .string()
      .describe(
        "Run directory of a training run, finished or not; or the YAML file of one that was never run",
      ),
    output: z.string().describe("Job folder to write; it must not exist yet"),
    model: z
      .string()
      .optional()
      .describe(
        "Where the job finds the model it starts from: a folder on its machines, or org/name on the hub (default: that of the run; one of this machine is copied into the job folder)",
      ),
    gpus: z
      .int()
      .min(0)
      .default(8)
      .describe("GPUs of each machine; 0 is for TRL alone and runs on the processor"),
    nodes: z.int().positive().default(1).describe("Machines"),
    microBatch: z
      .int()
      .positive()
      .default(4)
      .describe("Completions that a GPU takes through a pass at a time"),
  })
  .describe("A run as a job of another trainer");

export type HandoffConfig = z.output<typeof handoffConfigSchema>;
