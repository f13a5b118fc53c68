/** Configuration of `selftrain finetune`: offline training on votes. Every key has a default but the model and the prompts. */

import { z } from "zod";
import { MIN_ANSWERS } from "../core/vote/min-answers.js";
import { voteSchema } from "./answers-config.js";
import { whereKeysAreRight } from "./cross-check.js";
import { engineSchema } from "./engine-config.js";
import { scheduleKeys } from "./method-config.js";
import { adamSchema, checkPromptSource, trainConfigSchema } from "./train-config.js";

const { model, output, prompts, evaluation, seed, maxNewTokens, answers } = trainConfigSchema.shape;
const { lora, checkpointEvery, keepCheckpoints, trackers } = trainConfigSchema.shape;
const positiveInt = z.int().positive();
const fraction = z.number().min(0).max(1);

const configSchema = z.strictObject({
  model,
  output,
  prompts,
  evaluation,
  seed,
  objective: z
    .enum(["sft", "dpo", "scpo"])
    .default("sft")
    .describe(
      "sft: likelihood of the completions that gave the majority answer; dpo: pairs of one against another completion; scpo: most against least consistent, weighted by the vote",
    ),
  labels: z
    .string()
    .optional()
    .describe("Folder that `selftrain label` wrote: its completions and votes instead of new ones"),
  rounds: positiveInt.default(1).describe("Rounds, each on completions of the policy that it begins with"),
  restart: z
    .boolean()
    .default(false)
    .describe("Each round trains the starting model anew, on what the latest policy answered (STaR)"),
  promptsPerRound: positiveInt.optional().describe("Prompts sampled in a round (default: all of the pool)"),
  samplesPerPrompt: z.int().min(2).optional().describe("Completions sampled a prompt (default: 16)"),
  temperature: z.number().positive().optional().describe("Temperature of those samples (default: 1)"),
  maxNewTokens,
  answers,
  vote: voteSchema,
  agreementThreshold: fraction
    .optional()
    .describe("Least share of a prompt's completions that its majority holds (default: scpo 0.5, else 0)"),
  agreementThresholdGrowth: fraction
    .optional()
    .describe("By how much that share grows with each round (default: 0)"),
  distinctPerPrompt: positiveInt
    .optional()
    .describe("sft: at most so many completions a prompt, all different (default: all, repeated ones too)"),
  pairsPerPrompt: positiveInt.optional().describe("dpo, scpo: most pairs a prompt (default: 1)"),
  unanswered: z
    .enum(["reject", "ignore"])
    .optional()
    .describe("dpo, scpo: whether a completion without an answer may be the rejected one (default: reject)"),
  beta: z
    .number()
    .positive()
    .optional()
    .describe("dpo, scpo: how much a log-ratio to the reference counts (default: dpo 0.1, scpo 0.5)"),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(0.5)
    .optional()
    .describe("dpo: probability that a pair is the wrong way round (default: 0)"),
  nllWeight: z
    .number()
    .min(0)
    .optional()
    .describe("dpo, scpo: weight of the chosen completion's mean −log π a token (default: dpo 0, scpo 1)"),
  epochs: positiveInt.default(1).describe("Passes over the completions or pairs of a round"),
  batchSize: positiveInt.default(64).describe("Completions or pairs a step"),
  lora,
  ...scheduleKeys,
  adam: adamSchema.prefault({}).describe("Optimiser"),
  checkpointEvery,
  trackers,
  keepCheckpoints,
  engine: engineSchema.prefault({}).describe("Embedded engine"),
});

export const finetuneConfigSchema = configSchema
  .superRefine((config, check) => {
    checkPromptSource(config.prompts, ["prompts"], check);
    const { prompts: heldOut } = config.evaluation;
    if (heldOut !== undefined) checkPromptSource(heldOut, ["evaluation", "prompts"], check);
    const refuse: Refuse = (key, message, remedy) =>
      check.addIssue({ code: "custom", path: [key], message, params: { remedy } });
    checkObjective(config, refuse);
    checkLabels(config, refuse);
    checkRounds(config, refuse);
  }, whereKeysAreRight)
  .describe("Offline training on the completions that a vote prefers");

export type FinetuneConfig = z.output<typeof finetuneConfigSchema>;
export type FinetuneConfigInput = z.input<typeof finetuneConfigSchema>;
export type Objective = FinetuneConfig["objective"];

type Refuse = (key: keyof FinetuneConfig, message: string, remedy: string) => void;

/** Keys that belong to some of the objectives only. */
const BELONGS: Readonly<Partial<Record<keyof FinetuneConfig, readonly Objective[]>>> = {
  distinctPerPrompt: ["sft"],
  pairsPerPrompt: ["dpo", "scpo"],
  unanswered: ["dpo", "scpo"],
  beta: ["dpo", "scpo"],
  nllWeight: ["dpo", "scpo"],
  labelSmoothing: ["dpo"],
};

function checkObjective(config: FinetuneConfig, refuse: Refuse): void {
  for (const [name, objectives] of Object.entries(BELONGS)) {
    const key = name as keyof FinetuneConfig;
    if (config[key] === undefined || objectives.includes(config.objective)) continue;
    refuse(
      key,
      `${key} ${config[key]} belongs to objective ${objectives.join(" and ")}, and objective is ${config.objective}`,
      "leave it out, or take that objective",
    );
  }
}

function checkLabels(config: FinetuneConfig, refuse: Refuse): void {
  const { labels, rounds, vote } = config;
  if (labels === undefined) return;
  if (rounds > 1)
    refuse(
      "rounds",
      `rounds ${rounds} sample anew from the policy of each, and labels ${labels} holds one round of completions`,
      "leave one of the two out",
    );
  for (const key of ["promptsPerRound", "samplesPerPrompt", "temperature"] as const)
    if (config[key] !== undefined)
      refuse(
        key,
        `${key} ${config[key]} is about sampling, and labels ${labels} brings completions`,
        "leave one of the two out",
      );
  if (vote.ties !== "none" || vote.weights !== "uniform" || vote.minAnswers !== MIN_ANSWERS)
    refuse(
      "vote",
      `vote (ties ${vote.ties}, weights ${vote.weights}, minAnswers ${vote.minAnswers}) would vote again, and labels ${labels} brings votes`,
      "give it to `selftrain label`, or leave labels out",
    );
}

function checkRounds(config: FinetuneConfig, refuse: Refuse): void {
  const { rounds, restart, agreementThresholdGrowth: growth } = config;
  if (rounds === 1 && restart)
    refuse(
      "restart",
      "restart begins later rounds with the starting model, and rounds is 1",
      "raise rounds, or leave restart out",
    );
  if (growth === undefined) return;
  if (rounds === 1)
    refuse(
      "agreementThresholdGrowth",
      `agreementThresholdGrowth ${growth} is about later rounds, and rounds is 1`,
      "raise rounds, or leave it out",
    );
  const last = thresholdOf(config, rounds);
  if (last > 1)
    refuse(
      "agreementThresholdGrowth",
      `agreementThresholdGrowth ${growth} takes agreementThreshold to ${Number(last.toFixed(6))} in round ${rounds}, and a share is at most 1`,
      "lower one of the two",
    );
}

/** The agreement threshold of a round, counted from 1. ScPO's is that of its experiments on GSM8K and MATH. */
export function thresholdOf(config: FinetuneConfig, round: number): number {
  const { objective, agreementThreshold, agreementThresholdGrowth: growth = 0 } = config;
  return (agreementThreshold ?? (objective === "scpo" ? 0.5 : 0)) + growth * (round - 1);
}

export const samplesOf = ({ samplesPerPrompt = 16 }: FinetuneConfig): number => samplesPerPrompt;
export const pairsOf = ({ pairsPerPrompt = 1 }: FinetuneConfig): number => pairsPerPrompt;

/** What the preference loss is made of; β and α as in the papers' experiments. */
export function preferenceOptions({ objective, beta, labelSmoothing, nllWeight }: FinetuneConfig): {
  readonly beta: number;
  readonly labelSmoothing: number;
  readonly nllWeight: number;
} {
  const scpo = objective === "scpo";
  return {
    beta: beta ?? (scpo ? 0.5 : 0.1),
    labelSmoothing: labelSmoothing ?? 0,
    nllWeight: nllWeight ?? (scpo ? 1 : 0),
  };
}
