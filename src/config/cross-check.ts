/** When keys are compared with one another. */
import type { z } from "zod";

/**
 * For `superRefine`: where every key by itself is right. Compared with a wrong value, another key would be asked to change in its place. What
 * such a check found below does not count.
 */
export const whereKeysAreRight: z.core.$ZodSuperRefineParams = {
  when: ({ issues }) => issues.every(({ code }) => code === "custom"),
};
