/** What a run would do, without doing it: batch arithmetic and memory, for `--dry-run`. No weights are downloaded. */
import { probeOf } from "../../config/probe-config.js";
import { votersPerPrompt } from "../../config/reward-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { easyCount } from "../../core/curriculum/easiest.js";
import type { LossSpec } from "../../core/loss/loss.js";
import type { MemoryEstimate } from "../../engine/engine.js";
import type { DeviceReport } from "../../engine/onnx/device/report.js";
import { trainedCount } from "../../engine/onnx/memory/budget.js";
import { type Beside, planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { countMicroBatches } from "../../engine/onnx/training/micro-batch.js";
import type { ModelConfig } from "../../model/config.js";
import { parameterCount } from "../../model/parameters.js";
import type { ResolvedModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { policyLoss } from "../loop/policy-loss.js";
import { updatesPerStep } from "../loop/policy-update.js";
import { prepareTraining } from "../loop/prepare.js";
import { type RewardModelBeside, scoringBytes } from "../scorer/beside.js";
import { loraShape } from "../start/lora.js";
import { curriculumNotes, mostPrompts } from "./plan-notes.js";
import { probeNotes } from "./probe-notes.js";
import { rewardNotes } from "./reward-notes.js";

export interface Plan {
  /** Prompts of a step. */
  readonly promptsPerStep: number;
  /** Sequences that a step samples, or trains on where it samples none. */
  readonly rollouts: number;
  /** Most tokens a step, prompts included. */
  readonly tokensPerStep: number;
  readonly steps: number;
  /** Optimiser steps of a step. */
  readonly updatesPerStep: number;
  /** Of the whole run, without its evaluations. */
  readonly totals: Totals;
  /** Most micro-batches a step. */
  readonly microBatches: number;
  /** Gradient checkpointing: each layer is computed once more on the way back. */
  readonly layerByLayer: boolean;
  readonly parameters: number;
  /** Of an adapter: those of its matrices. */
  readonly trainedParameters: number;
  readonly memory: MemoryEstimate;
  /** The graphics device that the run would compute on; null of the processor. */
  readonly device: DeviceReport | null;
  readonly prompts: { readonly pool: number; readonly description: string; readonly longest: number };
  /** What the user may want to know beforehand. */
  readonly notes: readonly string[];
}

/** The most there can be of each: refilled batches sample more prompts, and completions may end early. */
export interface Totals {
  readonly prompts: number;
  readonly completions: number;
  readonly tokens: number;
  readonly optimiserSteps: number;
}

export interface Shape {
  readonly model: ModelConfig;
  readonly config: Pick<TrainConfig, "lora"> & { readonly engine: Parameters<typeof planOptions>[0] };
  readonly beside: Beside;
  readonly prompts: number;
  /** Prompts that a step samples at most, where that is more. */
  readonly mostPrompts?: number;
  /** Trained a step. */
  readonly rollouts: number;
  /** Optimiser steps of a step; 1 by default. */
  readonly updates?: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly steps: number;
  readonly loss: LossSpec;
  readonly device: DeviceReport | null;
}

/** The part of a plan that follows from the shapes alone. */
export function arithmetic({
  model,
  loss,
  device,
  config,
  beside,
  prompts,
  mostPrompts = prompts,
  rollouts,
  updates = 1,
  promptTokens,
  newTokens,
  steps,
}: Shape): Omit<Plan, "prompts" | "notes"> {
  const shape = { config: model, lora: loraShape(config.lora, model) };
  const memory = planMemory(shape, { ...planOptions(config.engine, device), loss });
  const time = promptTokens + newTokens - 1;
  const { layerByLayer, sizes } = memory.training(time, rollouts * time);
  const { sampled = rollouts } = beside;
  const completions = steps * (sampled / prompts) * mostPrompts;
  return {
    promptsPerStep: prompts,
    rollouts: sampled,
    tokensPerStep: sampled * (promptTokens + newTokens),
    steps,
    updatesPerStep: updates,
    totals: {
      prompts: steps * mostPrompts,
      completions,
      tokens: completions * (promptTokens + newTokens),
      optimiserSteps: steps * updates,
    },
    microBatches: countMicroBatches(rollouts, time, sizes),
    layerByLayer,
    parameters: parameterCount(model),
    trainedParameters: trainedCount(shape),
    memory: memory.estimate(rollouts, promptTokens, newTokens, beside),
    device,
  };
}

/** The starting policy is asked for by a teacher that votes first, an easy subset, the KL to it, and that of a probe; what moves is a copy. */
function besideOf(config: TrainConfig): Beside {
  const { reward, teacherLabels, easyFraction, klCoefficient, klReference } = config;
  const moving = klCoefficient > 0 && klReference === "moving";
  const probed = probeOf(config)?.kl === true;
  const teacher = reward === "ema-teacher";
  const votesFirst = (reward === "fixed-teacher" || easyFraction < 1) && teacherLabels === undefined;
  const voters = votersPerPrompt(config) + (teacher ? config.teacherSamples : 0);
  const measure = reward === "negative-entropy" ? "entropy" : reward === "self-certainty" ? reward : null;
  return {
    start: votesFirst || probed || (klCoefficient > 0 && !moving),
    copies: Number(moving) + Number(teacher),
    // Entropy takes more memory than a logprob.
    scores: measure ?? (klCoefficient > 0 || probed ? "logprob" : null),
    sampled: config.promptsPerStep * voters,
  };
}

/** Which commits the model is, and that of an adapter, where they are of the hub, and what is still to come of them. */
export function hubNotes({ hub, ofHub }: Pick<ResolvedModel, "hub" | "ofHub">): string[] {
  return ofHub.map((model) => {
    const megabytes = Math.ceil(model.missingBytes / 1e6).toLocaleString("en-US");
    const missing =
      model.missingBytes > 0 ? `; its weights (${megabytes} MB) are downloaded when the run begins` : "";
    return `${model === hub ? "the model is" : "the adapter belongs to"} ${model.pinned}${missing}`;
  });
}

export async function planTrain(config: TrainConfig, options: RunOptions = {}): Promise<Plan> {
  const prepared = await prepareTraining(config, { ...options, weights: false });
  const { pool, heldOut, probe, beside: scorer, longest, longestOfAll } = prepared;
  const { config: model, ofHub, hub } = prepared.model;
  const { promptsPerStep, samplesPerPrompt, maxNewTokens, steps } = config;
  const trained = easyCount(pool.prompts.length, config.easyFraction);
  const epochs = (steps * promptsPerStep) / trained;
  const notes = [...hubNotes({ hub, ofHub }), `the run goes through the pool ${epochs.toFixed(1)} times`];
  if (scorer) notes.push(besideNote(scorer));
  if (heldOut === null) notes.push("no prompts are held out: the run is not evaluated");
  else if (heldOut.prompts.length < config.evaluation.size)
    notes.push(
      `held out for evaluation: ${heldOut.prompts.length} of the ${config.evaluation.size} prompts asked for`,
    );
  notes.push(...rewardNotes(config), ...curriculumNotes(config, pool.prompts.length));
  const remote = config.engine.kind === "tinker";
  const budget = remote ? ELSEWHERE : scorer ? scorer.budget.policyMiB : config.engine.memoryBudgetMiB;
  const engine = { ...config.engine, memoryBudgetMiB: budget };
  const planned = arithmetic({
    model,
    config: { ...config, engine },
    loss: policyLoss(config),
    device: prepared.spec.device,
    beside: besideOf(config),
    prompts: promptsPerStep,
    mostPrompts: mostPrompts(config),
    rollouts: promptsPerStep * samplesPerPrompt,
    updates: updatesPerStep(config),
    promptTokens: longest,
    newTokens: maxNewTokens,
    steps,
  });
  notes.push(...probeNotes(config, probe, { prompt: longestOfAll, perStep: planned.tokensPerStep }));
  const most = longestOfAll + maxNewTokens;
  if (remote) notes.push("a server trains the model: memory is that of this process alone");
  const own = remote ? { ...planned, memory: hereAlone(planned.memory) } : planned;
  return {
    ...own,
    memory: scorer ? withRewardModel(own.memory, scoringBytes(scorer, own.rollouts, most)) : own.memory,
    prompts: { pool: trained, description: pool.description, longest },
    notes,
  };
}

/** MiB that no model takes: what a server holds is not planned here. */
const ELSEWHERE = 2 ** 40;

const hereAlone = ({ process }: MemoryEstimate): MemoryEstimate => ({
  process,
  weights: 0,
  optimizer: 0,
  gradients: 0,
  activations: 0,
  sampling: 0,
  total: process,
});

const withRewardModel = (memory: MemoryEstimate, rewardModel: number): MemoryEstimate => ({
  ...memory,
  rewardModel,
  total: memory.total + rewardModel,
});

const besideNote = ({ config, budget }: RewardModelBeside): string =>
  `the reward model (${parameterCount(config).toLocaleString("en-US")} parameters) scores in a second engine of this process: ${budget.rewardModelMiB} MiB of engine.memoryBudgetMiB are its own; the two take turns at the same cores`;
