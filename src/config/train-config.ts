/** Configuration of `selftrain train`. Every key has a default but the model and the prompts. */

import { z } from "zod";
import { answersSchema, scoredVoteSchema } from "./answers-config.js";
import { chatKeys } from "./chat-keys.js";
import { whereKeysAreRight } from "./cross-check.js";
import { checkCurriculum, curriculumSchema, rejectionSchema, validationSchema } from "./curriculum-config.js";
import { engineSchema } from "./engine-config.js";
import { loraSchema } from "./lora-config.js";
import { checkMethod, methodKeys, scheduleKeys } from "./method-config.js";
import { mismatchSchema } from "./mismatch-config.js";
import { checkMonitors } from "./monitor-check.js";
import { monitorsSchema } from "./monitor-config.js";
import { probeSchema } from "./probe-config.js";
import { checkReward, rewardKeys } from "./reward-config.js";
import { checkRewardModel, rewardModelKeys } from "./reward-model-keys.js";
import { rolloutsSchema } from "./rollouts-config.js";
import { trackersSchema } from "./trackers-config.js";
import { checkEngine, trainEngineSchema } from "./train-engine-config.js";

const positiveInt = z.int().positive();
const fraction = z.number().min(0).max(1);

export const promptSourceSchema = z
  .strictObject({
    task: z.string().optional().describe("Procedural task; see `selftrain tasks list`"),
    levels: z
      .record(z.string().regex(/^\d+$/).describe("a level, a whole number"), z.number().positive())
      .optional()
      .describe("Weight of each level in the mixture, for example {2: 2, 3: 1}; the first level by default"),
    file: z
      .string()
      .optional()
      .describe(
        "Dataset of prompts, instead of a task: a JSONL, JSON, CSV, TSV or Parquet file, a folder of them, a pattern such as data/*.parquet, or hf:datasets/org/name on the hub",
      ),
    promptColumn: z.string().default("prompt").describe("Column of the prompt: text, or chat messages"),
    answerColumn: z
      .string()
      .optional()
      .describe("Column of the true answer; feeds metrics and the ground-truth control, never the reward"),
    size: positiveInt
      .optional()
      .describe("Number of distinct prompts in the pool (default 1024 for a task, all rows of a file)"),
    ...chatKeys,
  })
  .describe("Where prompts come from: a task or a file");

const trainingPromptsSchema = promptSourceSchema
  .extend({
    subset: z
      .string()
      .optional()
      .describe("Train only on the prompts whose ids this file lists, as `selftrain select` writes it"),
  })
  .describe("Where prompts come from: a task or a file");

type Check = z.core.$RefinementCtx;

/** What a prompt source alone cannot say of itself in JSON Schema: exactly one of `task` and `file`. */
export function checkPromptSource(
  source: { task?: string | undefined; file?: string | undefined },
  path: string[],
  check: Check,
): void {
  if (source.task !== undefined && source.file !== undefined) {
    check.addIssue({
      code: "custom",
      path,
      message: `${path.join(".")} names both a task (${source.task}) and a file (${source.file})`,
      params: { remedy: "keep one of the two" },
    });
  }
  if (source.task === undefined && source.file === undefined) {
    check.addIssue({
      code: "custom",
      path,
      message: `${path.join(".")} names neither a task nor a file`,
      params: {
        code: "config-missing-key",
        remedy: "give a task (see `selftrain tasks list`) or a file of prompts",
      },
    });
  }
}

/** An adapter is saved without the model it belongs to, which must therefore be somewhere. */
function checkAdapted({ model, lora }: { model: unknown; lora?: unknown }, check: Check): void {
  if (lora === undefined || typeof model === "string") return;
  check.addIssue({
    code: "custom",
    path: ["lora"],
    message: "lora trains an adapter of a model, and model asks for a new one, which would not be saved",
    params: { remedy: "name a model folder or a run in model, or leave lora out" },
  });
}

/** Default of `selftrain train` alone. */
const TRAIN_LEARNING_RATE = 5e-5;

export const adamSchema = z.strictObject({
  learningRate: z.number().positive().default(1e-4).describe("AdamW learning rate"),
  beta1: fraction.default(0.9).describe("AdamW beta1"),
  beta2: fraction.default(0.95).describe("AdamW beta2"),
  eps: z.number().positive().default(1e-8).describe("AdamW epsilon"),
  weightDecay: z.number().min(0).default(0).describe("Decoupled weight decay on matrices"),
  gradClipNorm: z.number().min(0).default(1).describe("Largest global gradient norm; 0 does not clip"),
});

export const seedSchema = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
  .default(0)
  .describe("Seed of everything random");

const evaluationTemperature = z
  .number()
  .positive()
  .optional()
  .describe("Temperature of these samples (default: 1, which samples the policy itself, as training does)");

export const trainConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe(
        "Model to start from: a model folder, a run directory (its last checkpoint), or org/name[@revision] on the Hugging Face hub",
      ),
    output: z.string().describe("Run directory to create"),
    prompts: trainingPromptsSchema,
    evaluation: z
      .strictObject({
        prompts: promptSourceSchema
          .optional()
          .describe(
            "Held-out prompts, asked as the training prompts are unless they say otherwise; by default the same source's test split",
          ),
        size: z
          .int()
          .min(0)
          .default(128)
          .describe("Number of held-out prompts; 0 trains without evaluation, on all rows of a file"),
        samples: positiveInt.default(16).describe("Samples a prompt: the k of mean@k, maj@k and pass@k"),
        temperature: evaluationTemperature,
        every: z
          .int()
          .min(0)
          .default(0)
          .describe("Steps between evaluations; 0 evaluates before and after only"),
        bestOfN: z
          .boolean()
          .default(false)
          .describe("Choose and weigh the samples by rewardModel too: bestOfN@k and weighted maj@k"),
      })
      .prefault({})
      .describe("Evaluation before, during and after"),
    probe: probeSchema.optional(),
    rollouts: rolloutsSchema.optional(),
    trackers: trackersSchema.optional(),
    seed: seedSchema,
    steps: positiveInt.default(100).describe("Steps, each on a batch of its own"),
    promptsPerStep: positiveInt.default(32).describe("Prompts (groups) a step"),
    samplesPerPrompt: positiveInt
      .default(16)
      .describe("Rollouts a prompt: n; at least 2, but for reinforce++ without a vote"),
    maxNewTokens: positiveInt.default(64).describe("Longest completion, in tokens"),
    ...rewardKeys,
    ...rewardModelKeys,
    answers: answersSchema,
    vote: scoredVoteSchema,
    easyFraction: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe(
        "Train on this share of the pool only: the prompts the starting model agrees on most (label-free curriculum)",
      ),
    rejection: rejectionSchema,
    curriculum: curriculumSchema.optional(),
    testTime: z
      .boolean()
      .default(false)
      .describe("Train on the evaluation prompts themselves, without their answers (test-time training)"),
    validation: validationSchema(promptSourceSchema.omit({ size: true })).optional(),
    monitors: monitorsSchema,
    ...methodKeys,
    lora: loraSchema.optional(),
    ...scheduleKeys,
    adam: adamSchema
      .extend({
        learningRate: adamSchema.shape.learningRate
          .unwrap()
          .default(TRAIN_LEARNING_RATE)
          .describe("AdamW learning rate"),
      })
      .prefault({})
      .describe("Optimiser"),
    checkpointEvery: positiveInt.default(10).describe("Steps between checkpoints"),
    keepCheckpoints: positiveInt
      .default(2)
      .describe("Latest checkpoints to keep, beside the first and the last"),
    mismatch: mismatchSchema,
    engine: trainEngineSchema.prefault({}).describe("Engine"),
  })
  .superRefine((config, check) => {
    checkPromptSource(config.prompts, ["prompts"], check);
    checkReward(config, check);
    checkMethod(config, check);
    checkRewardModel(config, check);
    checkCurriculum(config, check);
    checkMonitors(config, check);
    checkEngine(config, check);
    const { prompts: labelled } = config.validation ?? {};
    if (labelled !== undefined) checkPromptSource(labelled, ["validation", "prompts"], check);
    const { prompts: heldOut } = config.evaluation;
    if (heldOut !== undefined) checkPromptSource(heldOut, ["evaluation", "prompts"], check);
    if (
      (config.reward === "ground-truth" || config.reward === "mixed") &&
      config.prompts.file !== undefined &&
      config.prompts.answerColumn === undefined
    )
      check.addIssue({
        code: "custom",
        path: ["reward"],
        message: `the ${config.reward} reward needs true answers, and the prompts file names no column of them`,
        params: { remedy: "give prompts.answerColumn, or train with the majority reward" },
      });
  }, whereKeysAreRight)
  .describe("Self-training run");

export type TrainConfig = z.output<typeof trainConfigSchema>;
export type TrainConfigInput = z.input<typeof trainConfigSchema>;
export type PromptSourceConfig = z.output<typeof promptSourceSchema>;

/** Heads must share the width evenly, in even parts (rotary embeddings turn pairs), and groups must be whole. */
function checkModelShape(
  shape: { hiddenSize: number; heads: number; kvHeads?: number | undefined },
  check: Check,
): void {
  const { hiddenSize, heads, kvHeads } = shape;
  if (hiddenSize % (2 * heads) !== 0)
    check.addIssue({
      code: "custom",
      path: ["hiddenSize"],
      message: `hiddenSize ${hiddenSize} does not divide into ${heads} heads of an even width`,
      params: { remedy: `take a multiple of ${2 * heads}` },
    });
  if (kvHeads !== undefined && heads % kvHeads !== 0)
    check.addIssue({
      code: "custom",
      path: ["kvHeads"],
      message: `${heads} heads cannot share ${kvHeads} key/value heads evenly`,
      params: { remedy: `take a divisor of ${heads}` },
    });
}

export const pretrainConfigSchema = z
  .strictObject({
    output: z.string().describe("Run directory to create"),
    prompts: promptSourceSchema,
    completionColumn: z
      .string()
      .default("completion")
      .describe("Column of the completion text, where prompts come from a file"),
    slip: fraction
      .default(0.2)
      .describe("Probability that a computed step of a reference solution slips (procedural tasks)"),
    direct: fraction
      .default(0)
      .describe(
        "Probability that a reference solution states its answer at once, without steps (procedural tasks)",
      ),
    model: z
      .union([
        z
          .string()
          .describe(
            "Model to continue from: a model folder, a run directory, or org/name[@revision] on the hub",
          ),
        z
          .strictObject({
            hiddenSize: positiveInt.default(128).describe("Width of the residual stream"),
            layers: positiveInt.default(4).describe("Transformer blocks"),
            heads: positiveInt.default(4).describe("Attention heads"),
            kvHeads: positiveInt.optional().describe("Key/value heads; as many as heads by default"),
            feedForward: positiveInt.default(320).describe("Width of the feed-forward layer"),
            contextLength: positiveInt
              .default(192)
              .describe("Longest prompt and completion together, in tokens"),
            tiedHead: z.boolean().default(false).describe("Share the embedding with the output head"),
          })
          .superRefine(checkModelShape, whereKeysAreRight),
      ])
      .prefault({})
      .describe("A model folder, or the shape of a new one"),
    lora: loraSchema.optional(),
    seed: seedSchema,
    steps: positiveInt.default(700).describe("Optimiser steps"),
    batchSize: positiveInt.default(128).describe("Sequences a step"),
    warmupSteps: z.int().min(0).default(20).describe("Steps of linear learning-rate warm-up"),
    decay: z
      .enum(["constant", "cosine", "linear"])
      .default("cosine")
      .describe("Learning rate after the warm-up"),
    adam: adamSchema
      .extend({
        learningRate: z.number().positive().default(3e-3).describe("AdamW learning rate, at its peak"),
      })
      .prefault({})
      .describe("Optimiser"),
    evaluation: z
      .strictObject({
        size: positiveInt.default(128).describe("Number of held-out prompts"),
        samples: positiveInt.default(16).describe("Samples a prompt: the k of mean@k, maj@k and pass@k"),
        temperature: evaluationTemperature,
        maxNewTokens: positiveInt
          .optional()
          .describe("Longest completion, in tokens (default: the longest solution)"),
      })
      .prefault({})
      .describe("Evaluation after training"),
    checkpointEvery: positiveInt.default(200).describe("Steps between checkpoints"),
    keepCheckpoints: positiveInt.default(1).describe("Latest checkpoints to keep, beside the last"),
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .superRefine((config, check) => {
    checkPromptSource(config.prompts, ["prompts"], check);
    if (config.direct > 0 && config.prompts.file !== undefined)
      check.addIssue({
        code: "custom",
        path: ["direct"],
        message: "direct answers are of a task: the completions of a file are taken as they are",
        params: { remedy: "write direct answers into the file, or name a task" },
      });
    checkAdapted(config, check);
  }, whereKeysAreRight)
  .describe("Supervised training of a base model");

export type PretrainConfig = z.output<typeof pretrainConfigSchema>;
export type PretrainConfigInput = z.input<typeof pretrainConfigSchema>;
