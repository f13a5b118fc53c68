/** Settings of the embedded engine. */
import { z } from "zod";

const settings = z.strictObject({
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

/** What is of the processor is refused for a graphics device. `path` is where the engine's settings are. */
export function checkDevice(
  { device, threads }: Pick<z.output<typeof settings>, "device" | "threads">,
  check: z.core.$RefinementCtx,
  path: string[] = [],
): void {
  if (device !== "gpu" || threads === undefined) return;
  check.addIssue({
    code: "custom",
    path: [...path, "threads"],
    message: "engine.threads is of the processor, and engine.device is gpu: one thread drives it",
    params: { remedy: "leave engine.threads out, or set engine.device to cpu" },
  });
}

export const engineSchema = settings.superRefine((engine, check) => checkDevice(engine, check));
