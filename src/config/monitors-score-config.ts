/** The options of `selftrain monitors score`: which recorded runs, and which monitors. */
import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { rejectionSchema } from "./curriculum-config.js";
import { checkMonitors } from "./monitor-check.js";
import { monitorsSchema } from "./monitor-config.js";

/** Splits of the corpus, a file each: bounds are chosen on tuning runs, and the others are of other tasks, mechanisms and times. */
export const SPLITS = ["tuning", "held-out", "held-out-2"] as const;
export type Split = (typeof SPLITS)[number];

/**
 * What monitors are checked against here: whatever a training run can have. What no recorded run has is found when they are read.
 */
const ANY_RUN = {
  prompts: {},
  evaluation: { size: 1 },
  validation: {},
  rejection: rejectionSchema.parse({ minAgreement: 0.5 }),
  reward: "majority",
  samplesPerPrompt: 8,
  agreementThreshold: 0,
} as const;

export const monitorsScoreSchema = z
  .strictObject({
    split: z
      .enum(SPLITS)
      .default("held-out")
      .describe("Recorded runs that are scored: those that bounds were chosen on, or others"),
    chosenOn: z
      .array(z.enum(SPLITS))
      .min(1)
      .refine((splits) => new Set(splits).size === splits.length, "each split once")
      .default(["tuning"])
      .describe("Splits on which the bounds of the rules to beat are chosen"),
    corpus: z
      .string()
      .optional()
      .describe("Folder of the recorded runs (default: corpus/ of the repository's clone)"),
    probe: z.boolean().default(true).describe("Watch as in a run with a probe, which every recorded run has"),
    monitors: monitorsSchema,
  })
  .superRefine(
    ({ monitors, probe }, check) =>
      checkMonitors({ ...ANY_RUN, monitors, probe: probe ? {} : undefined }, check),
    whereKeysAreRight,
  );
