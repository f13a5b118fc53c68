/** What a run would do, without doing it: batch arithmetic and memory, for `--dry-run`. No weights are downloaded. */
import { votersPerPrompt } from "../../config/reward-config.js";
import type { PretrainConfig, TrainConfig } from "../../config/train-config.js";
import { easyCount } from "../../core/curriculum/easiest.js";
import type { LossSpec } from "../../core/loss/loss.js";
import { exampleStream } from "../../data/examples.js";
import type { MemoryEstimate } from "../../engine/engine.js";
import { trainedCount } from "../../engine/onnx/memory/budget.js";
import { type Beside, planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { countMicroBatches } from "../../engine/onnx/training/micro-batch.js";
import type { ModelConfig } from "../../model/config.js";
import { readModelConfig } from "../../model/config-file.js";
import { parameterCount } from "../../model/parameters.js";
import { loadTokenizer, tokenizerFolder } from "../../model/tokenizer/load.js";
import {
  hubOptions,
  type ResolvedModel,
  type ResolveOptions,
  resolveLanguageModel,
} from "../../run/model-folder.js";
import { policyLoss } from "../loop/policy-loss.js";
import { rewardInputs } from "../loop/reward-inputs.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { longestPrompt, type RewardModelBeside, rewardModelBeside, scoringBytes } from "../scorer/beside.js";
import { newModelConfig, newTokenizer } from "../start/base-model.js";
import { encodeExamplePrompts } from "../start/example-prompts.js";
import { loraShape } from "../start/lora.js";
import { heldOutPool, trainingPool } from "../start/pools.js";
import { curriculumNotes } from "./plan-notes.js";
import { rewardNotes } from "./reward-notes.js";

export interface Plan {
  /** Sequences that a step samples. */
  readonly rollouts: number;
  /** Most tokens a step, prompts included. */
  readonly tokensPerStep: number;
  readonly steps: number;
  /** Most micro-batches a step. */
  readonly microBatches: number;
  /** Gradient checkpointing: each layer is computed once more on the way back. */
  readonly layerByLayer: boolean;
  readonly parameters: number;
  /** Of an adapter: those of its matrices. */
  readonly trainedParameters: number;
  readonly memory: MemoryEstimate;
  readonly prompts: { readonly pool: number; readonly description: string; readonly longest: number };
  /** What the user may want to know beforehand. */
  readonly notes: readonly string[];
}

export interface Shape {
  readonly model: ModelConfig;
  readonly config: Pick<TrainConfig, "engine" | "lora">;
  readonly beside: Beside;
  /** Trained a step. */
  readonly rollouts: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly steps: number;
  readonly loss: LossSpec;
}

/** The part of a plan that follows from the shapes alone. */
export function arithmetic({
  model,
  loss,
  config,
  beside,
  rollouts,
  promptTokens,
  newTokens,
  steps,
}: Shape): Omit<Plan, "prompts" | "notes"> {
  const shape = { config: model, lora: loraShape(config.lora, model) };
  const memory = planMemory(shape, { ...planOptions(config.engine), loss });
  const time = promptTokens + newTokens - 1;
  const { layerByLayer, sizes } = memory.training(time, rollouts * time);
  const { sampled = rollouts } = beside;
  return {
    rollouts: sampled,
    tokensPerStep: sampled * (promptTokens + newTokens),
    steps,
    microBatches: countMicroBatches(rollouts, time, sizes),
    layerByLayer,
    parameters: parameterCount(model),
    trainedParameters: trainedCount(shape),
    memory: memory.estimate(rollouts, promptTokens, newTokens, beside),
  };
}

/** The starting policy is asked for by a teacher that votes first, an easy subset, and the KL to it; what moves is a copy. */
function besideOf(config: TrainConfig): Beside {
  const { reward, teacherLabels, easyFraction, klCoefficient, klReference } = config;
  const moving = klCoefficient > 0 && klReference === "moving";
  const teacher = reward === "ema-teacher";
  const votesFirst = (reward === "fixed-teacher" || easyFraction < 1) && teacherLabels === undefined;
  const voters = votersPerPrompt(config) + (teacher ? config.teacherSamples : 0);
  const measure = reward === "negative-entropy" ? "entropy" : reward === "self-certainty" ? reward : null;
  return {
    start: votesFirst || (klCoefficient > 0 && !moving),
    copies: Number(moving) + Number(teacher),
    // Entropy takes more memory than a logprob.
    scores: measure ?? (klCoefficient > 0 ? "logprob" : null),
    sampled: config.promptsPerStep * voters,
  };
}

/** Which commits the model is, and that of an adapter, where they are of the hub, and what is still to come of them. */
export function hubNotes({ hub, ofHub }: ResolvedModel): string[] {
  return ofHub.map((model) => {
    const megabytes = Math.ceil(model.missingBytes / 1e6).toLocaleString("en-US");
    const missing =
      model.missingBytes > 0 ? `; its weights (${megabytes} MB) are downloaded when the run begins` : "";
    return `${model === hub ? "the model is" : "the adapter belongs to"} ${model.pinned}${missing}`;
  });
}

export const longestOf = (ids: readonly (readonly number[])[]) =>
  ids.reduce((most, { length }) => Math.max(most, length), 0);

export async function planTrain(config: TrainConfig, options: ResolveOptions = {}): Promise<Plan> {
  const resolved = await resolveLanguageModel(config.model, { ...options, weights: false });
  const { folder, bases } = resolved;
  const tokenizer = loadTokenizer(folder, bases);
  const pool = await trainingPool(config, tokenizer, options);
  const heldOut = await heldOutPool(config, tokenizer, options);
  await rewardInputs(config, pool);
  const longest = longestOf(pool.prompts.map((prompt) => encodePrompt(tokenizer, prompt)));
  const { promptsPerStep, samplesPerPrompt, steps } = config;
  const most = longestPrompt(tokenizer, [pool, heldOut]) + config.maxNewTokens;
  const scorer = await rewardModelBeside(config, tokenizerFolder(folder, bases), most, {
    ...options,
    weights: false,
  });
  const model = readModelConfig(folder, bases);
  const trained = easyCount(pool.prompts.length, config.easyFraction);
  const epochs = (steps * promptsPerStep) / trained;
  const notes = [...hubNotes(resolved), `the run goes through the pool ${epochs.toFixed(1)} times`];
  if (longest + config.maxNewTokens > model.contextLength) {
    notes.push(
      `the longest prompt and completion take ${longest + config.maxNewTokens} tokens, more than the context of ${model.contextLength}`,
    );
  }
  if (scorer) notes.push(besideNote(scorer));
  if (heldOut === null) notes.push("no prompts are held out: the run is not evaluated");
  else if (heldOut.prompts.length < config.evaluation.size)
    notes.push(
      `held out for evaluation: ${heldOut.prompts.length} of the ${config.evaluation.size} prompts asked for`,
    );
  notes.push(...rewardNotes(config), ...curriculumNotes(config, pool.prompts.length));
  const engine = scorer ? { ...config.engine, memoryBudgetMiB: scorer.budget.policyMiB } : config.engine;
  const rollouts = promptsPerStep * samplesPerPrompt;
  const own = arithmetic({
    model,
    config: { ...config, engine },
    loss: policyLoss(config),
    beside: besideOf(config),
    rollouts,
    promptTokens: longest,
    newTokens: config.maxNewTokens,
    steps,
  });
  return {
    ...own,
    memory: scorer ? withRewardModel(own.memory, scoringBytes(scorer, own.rollouts, most)) : own.memory,
    prompts: {
      pool: trained,
      description: pool.description,
      longest,
    },
    notes,
  };
}

const withRewardModel = (memory: MemoryEstimate, rewardModel: number): MemoryEstimate => ({
  ...memory,
  rewardModel,
  total: memory.total + rewardModel,
});

const besideNote = ({ config, budget }: RewardModelBeside): string =>
  `the reward model (${parameterCount(config).toLocaleString("en-US")} parameters) scores in a second engine of this process: ${budget.rewardModelMiB} MiB of engine.memoryBudgetMiB are its own; the two take turns at the same cores`;

/** The lengths of supervised examples are those of the first steps. */
export async function planPretrain(config: PretrainConfig, options: ResolveOptions = {}): Promise<Plan> {
  const examples = await exampleStream(config, hubOptions(options));
  const seen = Array.from({ length: Math.min(10, config.steps) }, (_, step) => examples(step)).flat();
  const resolved =
    typeof config.model === "string"
      ? await resolveLanguageModel(config.model, { ...options, weights: false })
      : null;
  const tokenizer = resolved
    ? loadTokenizer(resolved.folder, resolved.bases)
    : await newTokenizer(config, options);
  const model =
    typeof config.model === "string"
      ? readModelConfig(resolved!.folder, resolved!.bases)
      : newModelConfig(config.model, tokenizer);
  const longest = longestOf(encodeExamplePrompts(seen, config.prompts, tokenizer));
  return {
    ...arithmetic({
      model,
      config,
      loss: { kind: "cross-entropy" },
      beside: { start: false, copies: 0, scores: null },
      rollouts: config.batchSize,
      promptTokens: longest,
      newTokens: longestOf(seen.map((e) => tokenizer.encode(e.completion))) + 1,
      steps: config.steps,
    }),
    prompts: {
      pool: new Set(seen.map((e) => e.prompt)).size,
      description: "distinct prompts in the first ten steps",
      longest,
    },
    notes: resolved ? hubNotes(resolved) : [],
  };
}
