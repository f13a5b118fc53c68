/** The keys of the probe: held-out prompts that come back during training, to see what becomes of each. */
import { z } from "zod";

const positiveInt = z.int().positive();

export const probeSchema = z
  .strictObject({
    size: z
      .int()
      .min(0)
      .default(32)
      .describe(
        "Held-out prompts that come back, never trained on; none of them is evaluated on where there are enough. 0 takes no probe",
      ),
    samples: z
      .int()
      .min(2)
      .default(8)
      .describe("Samples a prompt at temperature 1, with the same draws at every probe"),
    every: positiveInt
      .default(5)
      .describe("Steps between two probes; one is taken before training and one at the end in any case"),
    kl: z
      .boolean()
      .default(true)
      .describe(
        "Score the samples by the starting policy too, for the KL of reasoning and of answers; its weights are held for that",
      ),
  })
  .describe("The probe: held-out prompts that come back during training, labels or not; none without these");

export type ProbeConfig = z.output<typeof probeSchema>;

/** The probe that a configuration asks for; null where it asks for none. */
export const probeOf = ({ probe }: { readonly probe?: ProbeConfig | undefined }): ProbeConfig | null =>
  probe === undefined || probe.size === 0 ? null : probe;
