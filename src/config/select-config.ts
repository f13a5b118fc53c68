/** Configuration of `selftrain select`: a part of labelled prompts, to train on. */

import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";

/** What prompts are chosen by, as the command line says it. */
const selectionScores = ["agreement", "margin", "pass-rate", "entropy"] as const;
export type SelectionScore = (typeof selectionScores)[number];

export const selectConfigSchema = z
  .strictObject({
    labels: z.string().describe("Folder that selftrain label has written"),
    by: z
      .enum(selectionScores)
      .default("agreement")
      .describe(
        "What prompts are chosen by: agreement, margin or entropy of their votes, which need no label, or pass-rate, which does",
      ),
    fraction: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe("Share of the prompts to take: the easiest, those with the most of it (the least entropy)"),
    min: z.number().optional().describe("Least value of a prompt that is taken"),
    max: z.number().optional().describe("Greatest value of a prompt that is taken"),
    output: z.string().describe("JSON Lines file to create; prompts.subset of a training run takes it"),
  })
  .superRefine(({ fraction, min, max }, check) => {
    const refuse = (key: string, message: string, remedy: string) =>
      check.addIssue({ code: "custom", path: [key], message, params: { remedy } });
    const band = min !== undefined || max !== undefined;
    if (fraction !== undefined && band)
      refuse(
        "fraction",
        `fraction ${fraction} takes the easiest, and ${min === undefined ? `max ${max}` : `min ${min}`} takes a band`,
        "keep one of the two",
      );
    if (fraction === undefined && !band)
      refuse(
        "fraction",
        "neither fraction nor min or max says which prompts to take",
        "give fraction 0.33, or a band",
      );
    if (min !== undefined && max !== undefined && min > max)
      refuse("min", `min ${min} lies above max ${max}`, "put the smaller number in min");
  }, whereKeysAreRight)
  .describe("Selection of labelled prompts");

export type SelectConfig = z.output<typeof selectConfigSchema>;
