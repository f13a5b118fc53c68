/** What fits a memory budget, and what a step of a given shape takes of it. */
import { availableParallelism } from "node:os";
import type { LossSpec } from "../../../core/loss/loss.js";
import type { MemoryEstimate } from "../../engine.js";
import { type Device, type DeviceChoice, deviceOf } from "../c-api/session.js";
import { STRETCH } from "../optimiser/adamw.js";
import type { ModelShape } from "../programs/model-inputs.js";
import type { TokenScore } from "../programs/scores.js";
import { scoringProgram } from "../programs/training.js";
import { Budget, type StreamThreads, trainedCount } from "./budget.js";
import { checkTensors } from "./device-limit.js";
import { graphBytes } from "./graph-bytes.js";
import { type Draw, SamplingPlans, type StreamPlan } from "./sampling-plan.js";
import { type GradientCheckpointing, type TrainingPlan, TrainingPlans } from "./training-plan.js";

export interface MemoryPlan {
  /** How sequences of at most `time` tokens are trained on or scored, of many tokens or so many in all. */
  training(time: number, tokens?: number): TrainingPlan;
  /** Threads of each stream that takes part in an optimiser step. */
  readonly optimising: StreamThreads;
  /** Rows of a decode batch whose rows grow to this many tokens. Throws for a scalar head. */
  decodeRows(tokens: number): number;
  /** How completions are drawn. Throws for a scalar head. */
  streams(draw: Draw): StreamPlan;
  /** Bytes expected for a step of the given shape. */
  estimate(rollouts: number, promptTokens: number, newTokens: number, beside?: Beside): MemoryEstimate;
}

/** What a step has beside the current policy and its training. */
export interface Beside {
  /** The weights of the policy that training started from are held. */
  readonly start: boolean;
  /** Copies of what is trained. */
  readonly copies: number;
  /** What completions are scored for, by whatever policy; null where they are not. */
  readonly scores: TokenScore | null;
  /** Rollouts a step, where more are sampled than trained. */
  readonly sampled?: number;
}

const NOTHING: Beside = { start: false, copies: 0, scores: null };

export interface PlanOptions {
  readonly budgetMiB: number;
  readonly threads: number;
  readonly device?: Device | undefined;
  /** Bytes that a command of the device binds of one tensor; any, by default. */
  readonly largestBinding?: number | undefined;
  readonly checkpointing?: GradientCheckpointing | undefined;
  readonly loss?: LossSpec | undefined;
  /** False for an engine that only scores, beside one that trains: it holds weights, and no moments or gradients. */
  readonly trains?: boolean | undefined;
}

/** Of an engine that is created with these settings, on a device of this limit. */
export const planOptions = (
  engine: {
    readonly memoryBudgetMiB: number;
    readonly threads?: number | undefined;
    readonly device?: DeviceChoice | undefined;
    readonly gradientCheckpointing?: GradientCheckpointing | undefined;
  },
  device: { readonly largestBinding?: number | undefined } | null,
): PlanOptions => ({
  budgetMiB: engine.memoryBudgetMiB,
  threads: engine.threads ?? availableParallelism(),
  device: deviceOf(engine.device),
  largestBinding: device?.largestBinding,
  checkpointing: engine.gradientCheckpointing,
});

export function planMemory(
  shape: ModelShape,
  {
    budgetMiB,
    threads,
    device = "cpu",
    largestBinding = Infinity,
    checkpointing = "auto",
    loss = { kind: shape.config.head === "scalar" ? "linear" : "importance-sampling" },
    trains = true,
  }: PlanOptions,
): MemoryPlan {
  checkTensors(shape, largestBinding);
  const budget = new Budget(shape, { budgetMiB, threads, trains, device, largestBinding });
  const training = new TrainingPlans(shape, budget, { checkpointing, loss, trains });
  const sampling = shape.config.head === "vocabulary" ? new SamplingPlans(shape, budget) : null;
  const drawing = (): SamplingPlans => {
    if (sampling) return sampling;
    throw new Error("a scalar head samples nothing");
  };
  const trained = trains ? trainedCount(shape) : 0;
  // What is one stretch leaves nothing to share.
  const optimising = budget.threadsOf(trained > STRETCH ? budget.mostTraining : 1);

  return {
    training: (time, tokens) => training.plan(time, tokens),
    optimising,
    decodeRows: (tokens) => drawing().decodeRows(tokens),
    streams: (draw) => drawing().streams(draw),
    estimate(rollouts, promptTokens, newTokens, { start, copies, scores, sampled = rollouts } = NOTHING) {
      const tokens = promptTokens + newTokens;
      const time = tokens - 1;
      const plan = training.plan(time, rollouts * time);
      const workers = plan.threads.length;
      const rows = Math.min(Math.ceil(rollouts / workers), plan.sizes.most(time));
      // Layer by layer, scoring runs the forward programs that training has.
      const scoring =
        scores !== null && !plan.layerByLayer
          ? graphBytes(scoringProgram(shape, scores), shape, largestBinding)(rows, time)
          : 0;
      const all = { rows: sampled, prompt: promptTokens, promptTokens: sampled * promptTokens, tokens };
      const streams = sampling?.streams(all).threads.length ?? 1;
      const { fixed } = budget;
      const starting = start && !shape.lora ? fixed.weights : 0;
      const parts = {
        process: fixed.process + budget.programs(Math.max(streams, workers, optimising.length)),
        weights: fixed.weights + starting + 4 * trained * copies,
        optimizer: fixed.optimizer,
        gradients: fixed.gradients + budget.lanes(workers),
        activations: workers * (scoring + training.bytes(plan, rows, time)),
        sampling: sampling?.bytes(streams, sampled, promptTokens, tokens) ?? 0,
      };
      return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
    },
  };
}
