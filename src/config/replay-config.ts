/** Configuration of `selftrain replay`: a run, and what is to be changed of its configuration. */

import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { changesTo } from "./overrides.js";
import { promptSourceSchema, type TrainConfigInput, trainConfigSchema } from "./train-config.js";

/** Keys of a training configuration that decide answers, votes, rewards and advantages, and need no model. */
const replayedKeys = [
  "answers",
  "vote",
  "reward",
  "agreementThreshold",
  "teacherVotes",
  "labelledShare",
  "labelNoise",
  "randomProbability",
  "noveltyWidth",
  "advantage",
  "aggregation",
  "klCoefficient",
  "klIn",
] as const satisfies readonly (keyof typeof trainConfigSchema.shape)[];

const { shape } = trainConfigSchema;
const changes = Object.fromEntries(replayedKeys.map((key) => [key, changesTo(shape[key])]));

export const replayConfigSchema = z
  .strictObject({
    run: z.string().describe("Run directory of a training run, finished or not"),
    steps: z
      .string()
      .superRefine((steps, check) => {
        if (/^\d+(-\d*)?$/.test(steps)) return;
        const message = `steps ${steps} are neither one step nor a range of them`;
        check.addIssue({
          code: "custom",
          message,
          params: { remedy: "write 10, 10-20, or 10- for all from there" },
        });
      }, whereKeysAreRight)
      .optional()
      .describe("Steps to replay: 10, 10-20, or 10- for all from there (default: all)"),
    output: z
      .string()
      .optional()
      .describe("Folder to write the recomputed rollouts to, a Parquet file a step"),
    prompts: changesTo(promptSourceSchema.pick({ answerColumn: true }).describe("True answers")),
    ...changes,
  })
  .describe("Votes, rewards and advantages of a run, recomputed");

/** What a replay may change of the run's configuration, one level deep or two. */
export type ReplayChanges = {
  readonly [K in (typeof replayedKeys)[number]]?:
    | Partial<TrainConfigInput[K]>
    | TrainConfigInput[K]
    | undefined;
} & { readonly prompts?: { readonly answerColumn?: string | undefined } | undefined };

export interface ReplayConfig extends ReplayChanges {
  readonly run: string;
  readonly steps?: string | undefined;
  readonly output?: string | undefined;
}
