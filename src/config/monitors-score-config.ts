/** The options of `selftrain monitors score`: which recorded runs, and which monitors. */
import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { rejectionSchema } from "./curriculum-config.js";
import { checkMonitors } from "./monitor-check.js";
import { monitorsSchema } from "./monitor-config.js";

/**
 * What monitors are checked against here: whatever a training run can have. What no recorded run has is found when they are read.
 */
const ANY_RUN = {
  prompts: {},
  evaluation: { size: 1 },
  validation: {},
  probe: {},
  rejection: rejectionSchema.parse({ minAgreement: 0.5 }),
  reward: "majority",
  samplesPerPrompt: 8,
  agreementThreshold: 0,
} as const;

export const monitorsScoreSchema = z
  .strictObject({
    split: z
      .enum(["tuning", "held-out"])
      .default("held-out")
      .describe("Recorded runs that are scored: those that bounds were chosen on, or the others"),
    corpus: z
      .string()
      .optional()
      .describe("Folder of the recorded runs (default: corpus/ of the repository's clone)"),
    monitors: monitorsSchema,
  })
  .superRefine(({ monitors }, check) => checkMonitors({ ...ANY_RUN, monitors }, check), whereKeysAreRight);
