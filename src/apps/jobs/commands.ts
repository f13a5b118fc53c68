/** The commands that a job may be, each with its schema, its words on the command line, its plan and its work. */
import type { z } from "zod";
import { type FinetuneConfig, finetuneConfigSchema } from "../../config/finetune-config.js";
import {
  type RewardModelTrainConfig,
  rewardModelTrainConfigSchema,
} from "../../config/reward-model-config.js";
import {
  type PretrainConfig,
  pretrainConfigSchema,
  type TrainConfig,
  trainConfigSchema,
} from "../../config/train-config.js";
import type { RunOptions } from "../../run/observer.js";
import type { Plan } from "../../training/plan/plan.js";
import type { JobCommand, JobConfig } from "./job.js";

export interface CommandOfJobs {
  readonly words: readonly string[];
  readonly schema: z.ZodType<JobConfig>;
  /** What the run would do: its memory, among others. Throws what stops the run before its first step. */
  plan(config: JobConfig, options: RunOptions): Promise<Plan>;
  /** How much there is to do, in sequences; comparable among jobs of one command. */
  work(config: JobConfig): number;
}

function command<C extends JobConfig>(
  words: readonly string[],
  schema: z.ZodType<C>,
  plan: (config: C, options: RunOptions) => Promise<Plan>,
  work: (config: C) => number,
): CommandOfJobs {
  // A job's config is what the schema of its command gave.
  return { words, schema, plan: plan as CommandOfJobs["plan"], work: work as CommandOfJobs["work"] };
}

const evaluated = (times: number, { size, samples }: { size: number; samples: number }): number =>
  times * size * (samples + 1);

const trainWork = ({ steps, promptsPerStep, samplesPerPrompt, evaluation }: TrainConfig): number =>
  steps * promptsPerStep * samplesPerPrompt +
  evaluated(2 + (evaluation.every > 0 ? Math.floor((steps - 1) / evaluation.every) : 0), evaluation);

const pretrainWork = ({ steps, batchSize, evaluation }: PretrainConfig): number =>
  steps * batchSize + evaluated(1, evaluation);

const finetuneWork = ({ rounds, epochs, samplesPerPrompt = 16, evaluation }: FinetuneConfig): number =>
  rounds * epochs * samplesPerPrompt + evaluated(2, evaluation);

export const JOB_COMMANDS: Readonly<Record<JobCommand, CommandOfJobs>> = {
  train: command<TrainConfig>(
    ["train"],
    trainConfigSchema,
    async (config, options) => (await import("../../training/plan/plan.js")).planTrain(config, options),
    trainWork,
  ),
  pretrain: command<PretrainConfig>(
    ["pretrain"],
    pretrainConfigSchema,
    async (config, options) =>
      (await import("../../training/pretrain/plan.js")).planPretrain(config, options),
    pretrainWork,
  ),
  finetune: command<FinetuneConfig>(
    ["finetune"],
    finetuneConfigSchema,
    async (config, options) =>
      (await import("../../training/finetune/plan.js")).planFinetune(config, options),
    finetuneWork,
  ),
  "reward-model": command<RewardModelTrainConfig>(
    ["reward-model", "train"],
    rewardModelTrainConfigSchema,
    async (config, options) =>
      (await import("../../training/reward-model/plan.js")).planRewardModel(config, options),
    ({ steps, groupsPerStep }) => steps * groupsPerStep,
  ),
};
