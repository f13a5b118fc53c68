/** Settings of the embedded engine. */
import { z } from "zod";

export const engineSchema = z.strictObject({
  device: z
    .enum(["auto", "cpu", "gpu"])
    .default("auto")
    .describe(
      "What computes: cpu, the processor; gpu, the graphics device that WebGPU finds (experimental, see docs/how-to/gpu.md); auto is the processor for now",
    ),
  threads: z
    .int()
    .positive()
    .optional()
    .describe("Threads of the engine (default: the cores of the machine)"),
  memoryBudgetMiB: z
    .int()
    .positive()
    .default(2048)
    .describe("Memory the process may use, in MiB; decides the micro-batches"),
  gradientCheckpointing: z
    .enum(["auto", "always", "never"])
    .default("auto")
    .describe("Compute each layer once more on the way back to save memory; auto does so where it must"),
});
