/** Configuration of `selftrain runs show`: a run, and which of its groups. */
import { z } from "zod";

export const showConfigSchema = z.strictObject({
  run: z.string().describe("Run directory of a training or offline run, finished or not"),
  step: z.int().min(0).optional().describe("Step to show (default: the last that has rollouts, or a probe)"),
  prompt: z.string().optional().describe("Group to show in full: the id of its prompt, or its number"),
  probe: z
    .boolean()
    .default(false)
    .describe("Show the probe's prompts, as they were answered at first and at that step"),
  full: z.boolean().default(false).describe("Whole prompts and completions, not cut to a line"),
});

export type ShowConfig = z.output<typeof showConfigSchema>;
