/** Configuration of `selftrain plan`: what a step takes of a model, a number of rollouts and machines. */
import { z } from "zod";

const positive = z.number().positive();
const share = z.number().gt(0).max(1);
const count = z.int().positive();

export const planModels = ["0.5B", "1.5B", "3B", "7B", "14B", "32B", "72B", "235B"] as const;
export const planDevices = ["a100", "h100", "h200", "cpu"] as const;

const assumeSchema = z
  .strictObject({
    trainShare: share.optional().describe("Share of the device's products that training reaches"),
    decodeShare: share.optional().describe("Share of the device's products that sampling reaches"),
    bandwidthShare: share.optional().describe("Share of the device's memory bandwidth that sampling reaches"),
    recompute: z.boolean().optional().describe("Whether layers are computed once more on the way back"),
    syncGbps: positive.optional().describe("GB/s at which new weights reach the samplers"),
    linkGbps: positive.optional().describe("GB/s between the loop and the server"),
  })
  .prefault({})
  .describe("Figures of your own machines, in the place of those assumed");

export const planConfigSchema = z
  .strictObject({
    model: z
      .string()
      .optional()
      .describe(
        `One of ${planModels.join(", ")} (shapes of Qwen 2.5, and of Qwen 3 for 235B), a model folder, a run, or org/name on the hub (default: each of the sizes)`,
      ),
    gpus: count.default(8).describe("Devices in all"),
    gpu: z
      .enum(planDevices)
      .default("h100")
      .describe("What they are; cpu is a thread of the embedded engine"),
    rollouts: z
      .array(count)
      .min(1)
      .default([512, 2048, 8192, 32_768, 65_536])
      .describe("Completions a step, a line of the table each"),
    samplesPerPrompt: count.default(32).describe("Of them, those of one prompt"),
    promptTokens: count.default(256).describe("Tokens of a prompt"),
    newTokens: count.default(1024).describe("Tokens of a completion, on average"),
    lora: z.boolean().default(false).describe("Train an adapter: the model's own weights have no gradient"),
    mismatch: z
      .boolean()
      .default(true)
      .describe(
        "Count one forward pass more, by which what lies between sampler and trainer is corrected for: the default of training on a server",
      ),
    wire: z
      .enum(["protobuf", "json"])
      .default("protobuf")
      .describe("How data travel to a server of the Tinker protocol"),
    price: z
      .number()
      .min(0)
      .optional()
      .describe("Dollars for a device and hour (default: that of the device, stated)"),
    assume: assumeSchema,
  })
  .describe("What a step takes past one machine");

export type PlanConfig = z.output<typeof planConfigSchema>;
