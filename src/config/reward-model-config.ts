/** Configuration of `selftrain reward-model train` and `selftrain reward-model eval`. */

import { z } from "zod";
import { objectives, weightings } from "../core/reward-model/objective.js";
import { whereKeysAreRight } from "./cross-check.js";
import { engineSchema } from "./engine-config.js";
import { scheduleKeys } from "./method-config.js";
import { adamSchema, seedSchema } from "./train-config.js";

const positiveInt = z.int().positive();
const proportion = z.number().min(0).lt(1);

const votesKeys = {
  from: z
    .string()
    .describe(
      "Run of `selftrain train`, whose rollouts have been voted on, or a folder of `selftrain label`",
    ),
  fromStep: positiveInt
    .optional()
    .describe("First step of the run whose rollouts are taken (default: the first)"),
  toStep: positiveInt
    .optional()
    .describe("Last step of the run whose rollouts are taken (default: the last)"),
  trueAnswers: z
    .boolean()
    .default(true)
    .describe(
      "Measure against true answers too, where the source of the prompts knows them; they never train",
    ),
};

type Check = z.core.$RefinementCtx;

function checkSteps(
  { fromStep, toStep }: { fromStep?: number | undefined; toStep?: number | undefined },
  check: Check,
): void {
  if (fromStep === undefined || toStep === undefined || fromStep <= toStep) return;
  check.addIssue({
    code: "custom",
    path: ["fromStep"],
    message: `fromStep ${fromStep} comes after toStep ${toStep}, which leaves no rollouts`,
    params: { remedy: "lower the one or raise the other" },
  });
}

const votesSchema = z
  .strictObject(votesKeys)
  .superRefine(checkSteps, whereKeysAreRight)
  .describe("Solutions that were voted on");

export type VotesConfig = z.output<typeof votesSchema>;

const bins = positiveInt.default(10).describe("Bins of the reliability table, of equal width");

export const rewardModelTrainConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe(
        "Model whose body the reward model starts from, under a new scalar head: a language model's folder, a run, or org/name[@revision] on the hub; a reward model goes on with its own head",
      ),
    output: z.string().describe("Run directory to create"),
    votes: votesSchema,
    objective: z
      .enum(objectives)
      .default("pointwise")
      .describe(
        "pointwise: does a solution agree with the majority; bradley-terry: which of two solutions to a prompt does",
      ),
    weighting: z
      .enum(weightings)
      .default("margin")
      .describe("Weight of a prompt's solutions: the margin of its vote, or the same for all"),
    heldOut: proportion
      .default(0.1)
      .describe("Share of the prompts that are held out, by hash of their text, and measured"),
    seed: seedSchema,
    steps: positiveInt.default(100).describe("Optimiser steps"),
    groupsPerStep: positiveInt.default(16).describe("Prompts a step, each with all of its solutions"),
    ...scheduleKeys,
    decay: scheduleKeys.decay.unwrap().default("cosine").describe("Learning rate after the warm-up"),
    adam: adamSchema.prefault({}).describe("Optimiser"),
    evaluation: z
      .strictObject({
        every: z
          .int()
          .min(0)
          .default(0)
          .describe("Steps between measurements; 0 measures before and after only"),
        size: positiveInt.default(256).describe("Most held-out prompts that are measured"),
        bins,
      })
      .prefault({})
      .describe("Measurements on the prompts held out"),
    checkpointEvery: positiveInt.default(50).describe("Steps between checkpoints"),
    keepCheckpoints: positiveInt.default(1).describe("Latest checkpoints to keep, beside the last"),
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .superRefine(({ heldOut, evaluation, warmupSteps, steps }, check) => {
    if (heldOut === 0 && evaluation.every > 0)
      check.addIssue({
        code: "custom",
        path: ["evaluation", "every"],
        message: `evaluation.every ${evaluation.every} measures prompts that are held out, and heldOut 0 holds out none`,
        params: { remedy: "give heldOut a share such as 0.1, or leave evaluation.every out" },
      });
    if (warmupSteps > steps)
      check.addIssue({
        code: "custom",
        path: ["warmupSteps"],
        message: `warmupSteps ${warmupSteps} are more than the steps ${steps} of the run`,
        params: { remedy: "lower warmupSteps" },
      });
  }, whereKeysAreRight)
  .describe("Training of a reward model from votes");

export type RewardModelTrainConfig = z.output<typeof rewardModelTrainConfigSchema>;
export type RewardModelTrainConfigInput = z.input<typeof rewardModelTrainConfigSchema>;

export const rewardModelEvalConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe("Reward model: its folder, a run of `selftrain reward-model train`, or one on the hub"),
    votes: z
      .strictObject({ ...votesKeys, from: votesKeys.from.optional() })
      .superRefine(checkSteps, whereKeysAreRight)
      .prefault({})
      .describe("Solutions that were voted on (default: those that the run was trained on)"),
    split: z
      .enum(["held-out", "train", "whole"])
      .default("held-out")
      .describe(
        "Which of the prompts are measured: those held out from the run that model names, the others, or all",
      ),
    size: positiveInt.optional().describe("Most prompts that are measured (default: all)"),
    bins,
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .describe("Measurement of a reward model");

export type RewardModelEvalConfig = z.output<typeof rewardModelEvalConfigSchema>;
