/** A run as every trainer needs it: its configuration, its prompts in order, its model, and how its answers are read. */
import { existsSync } from "node:fs";
import type { HandoffConfig } from "../../config/handoff-config.js";
import { resolveConfig } from "../../config/resolve-config.js";
import { votersPerPrompt } from "../../config/reward-config.js";
import { type TrainConfig, trainConfigSchema } from "../../config/train-config.js";
import { readYaml } from "../../config/yaml-source.js";
import { batchAt } from "../../data/batches.js";
import type { PromptPool } from "../../data/pool.js";
import { SelftrainError } from "../../errors.js";
import type { ChatMessage, Prompt } from "../../group.js";
import type { RunOptions } from "../../run/observer.js";
import { readRunConfig } from "../../run/run-config.js";
import { readRunInfo } from "../../run/run-info.js";
import { checkPrompts } from "../../training/rollout/fit.js";
import { heldOutPool, trainingPools, unitePools } from "../../training/start/pools.js";
import { type PreparedModel, prepareModel } from "../../training/start/prepare-model.js";

/** A prompt as a target is given it. */
export interface Row {
  readonly id: string;
  /** A conversation; or, where the prompts are completed as they stand, a text. */
  readonly prompt: string | readonly ChatMessage[];
  /** The true answer of a held-out prompt, where it is known; null of every training prompt. */
  readonly truth: string | null;
}

export interface Experiment {
  readonly config: TrainConfig;
  /** The model that the run starts from. */
  readonly model: PreparedModel;
  /** Every training prompt once. */
  readonly pool: readonly Row[];
  /** Of each step, one after the other, in this run's order: steps × promptsPerStep rows. */
  readonly inOrder: () => readonly Row[];
  /** Empty where the run measures nothing. */
  readonly heldOut: readonly Row[];
  /** Whether prompts are conversations, which the model's chat template renders. */
  readonly chat: boolean;
  /** Tokens of the longest prompt. */
  readonly longest: number;
  /** Rollouts a prompt. */
  readonly samples: number;
}

/** Rewards that the vote service pays, which is what a job is rewarded by. */
const HANDED = ["majority", "soft"] as const;

/** Throws as a run does that cannot begin, and `handoff-not-training`, `handoff-reward`, `handoff-weights`. */
export async function experimentOf(
  { run }: Pick<HandoffConfig, "run">,
  options: RunOptions = {},
): Promise<Experiment> {
  const config = configOf(run);
  checkReward(config);
  const model = await prepareModel(config.model, { ...options, weights: false });
  const { tokenizer } = model;
  const pool = unitePools(await trainingPools(config, tokenizer, options));
  const heldOut = await heldOutPool(config, tokenizer, options);
  const parts = [
    { ...pool, what: "training prompts" },
    ...(heldOut ? [{ ...heldOut, what: "held-out prompts" }] : []),
  ];
  const longest = Math.max(...checkPrompts(model.config, tokenizer, parts, config.maxNewTokens));
  const rows = pool.prompts.map((prompt) => rowOf(prompt, null));
  const { steps, promptsPerStep, seed } = config;
  return {
    config,
    model,
    pool: rows,
    inOrder: () =>
      Array.from({ length: steps }, (_, step) =>
        batchAt(rows.length, step, promptsPerStep, seed).map((i) => rows[i]!),
      ).flat(),
    heldOut: heldOut ? heldOutRows(heldOut) : [],
    chat: oneKind([...pool.prompts, ...(heldOut?.prompts ?? [])]),
    longest,
    samples: votersPerPrompt(config),
  };
}

/** Of the run, or of the file of one. */
function configOf(run: string): TrainConfig {
  if (/\.ya?ml$/.test(run) && existsSync(run))
    return resolveConfig(trainConfigSchema, { file: readYaml(run) });
  const { kind } = readRunInfo(run);
  if (kind === "train") return readRunConfig(run, trainConfigSchema);
  throw new SelftrainError({
    code: "handoff-not-training",
    message: "only a self-training run can be handed to another trainer",
    found: kind,
    expected: "train",
    where: run,
    remedy: "name a run of `selftrain train`, or the YAML file of one",
  });
}

function checkReward({ reward, vote }: TrainConfig): void {
  if (!(HANDED as readonly string[]).includes(reward))
    throw new SelftrainError({
      code: "handoff-reward",
      message: `a job is rewarded by the vote service, which does not pay the reward ${reward}`,
      found: reward,
      expected: HANDED.join(", "),
      where: "reward",
      remedy: "hand over a run with one of these rewards, or write the reward in the target's own way",
    });
  if (vote.weights === "reward-model")
    throw new SelftrainError({
      code: "handoff-weights",
      message: "the vote is weighed by a reward model, which the vote service does not have",
      found: vote.weights,
      expected: "uniform, logprob or length-normalised",
      where: "vote.weights",
      remedy: "hand over a run with other weights",
    });
}

const rowOf = ({ id, text, messages }: Prompt, truth: string | null): Row => ({
  id,
  prompt: messages ?? text,
  truth,
});

const heldOutRows = ({ prompts, labels }: PromptPool): Row[] =>
  prompts.map((prompt) => rowOf(prompt, labels.get(prompt.id) ?? null));

/** Whether all prompts are conversations. Throws `handoff-prompts` where some are and some are not. */
function oneKind(prompts: readonly Prompt[]): boolean {
  const conversations = prompts.filter(({ messages }) => messages !== undefined).length;
  if (conversations === 0 || conversations === prompts.length) return conversations > 0;
  throw new SelftrainError({
    code: "handoff-prompts",
    message: "some prompts are conversations and some are texts, and other trainers take one kind",
    found: `${conversations} conversations of ${prompts.length} prompts`,
    remedy: "set prompts.chat and evaluation.prompts.chat both to always, or both to never",
  });
}
