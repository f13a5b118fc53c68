/** How a micro-batch goes through a policy, forwards and backwards: the whole model at once, or layer by layer. */

import type { LossSpec } from "../../../core/loss/loss.js";
import type { Graph } from "../../../graph/graph.js";
import type { Policy } from "../policy/policy.js";
import type { TokenScore } from "../programs/scores.js";
import type { Runnable } from "../runtime/program.js";
import { floatsOf, type Tensors } from "../runtime/tensor.js";
import type { Sum } from "./gradient.js";
import type { LossFeeds } from "./loss-feeds.js";
import type { MicroBatch } from "./micro-batch.js";

export interface BatchResult {
  /** Token-sum loss. */
  readonly loss: number;
  /** Of every scored position [M]. */
  readonly logprobs: Float32Array;
  /** Tokens whose ratio was clipped. */
  readonly clipped: number;
  /** Entropy summed over the tokens; 0 where the loss does not compute it. */
  readonly entropy: number;
}

/** What a training program publishes, as numbers. */
export function resultOf(outputs: Tensors): BatchResult {
  const sum = (name: string) => floatsOf(outputs, name)?.[0] ?? 0;
  return {
    loss: sum("loss"),
    logprobs: floatsOf(outputs, "logprobs"),
    clipped: sum("clipped"),
    entropy: sum("entropy"),
  };
}

export interface Passes {
  /** Gradients are added to the sum. */
  train(
    policy: Policy,
    batch: MicroBatch,
    loss: LossSpec,
    feeds: LossFeeds,
    gradient: Sum,
  ): Promise<BatchResult>;
  /** A score of each scored token [M]. */
  score(policy: Policy, batch: MicroBatch, score: TokenScore): Promise<Float32Array>;
}

/** Gives a compiled program by its name, building and compiling it when it is first asked for. */
export type Programs = (name: string, build: () => Graph) => Runnable;
