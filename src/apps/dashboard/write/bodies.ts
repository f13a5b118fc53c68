/** What may be sent to be written. */
import { z } from "zod";

const MOST_TEXT = 4000;

export const noteSchema = z
  .strictObject({
    id: z.string().max(100).optional(),
    source: z.enum(["rollouts", "probe"]),
    step: z.int().min(0),
    group: z.int().min(0).nullable(),
    sample: z.int().min(0).nullable(),
    flag: z.boolean(),
    text: z.string().max(MOST_TEXT),
  })
  .refine(({ flag, text }) => flag || text !== "", "a note without a flag needs a text")
  .refine(({ group, sample }) => group !== null || sample === null, "a sample is one of a group");
