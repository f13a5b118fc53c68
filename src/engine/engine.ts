/**
 * The one interface between the loop and whatever runs the model, in the shape of the Tinker API, so that an
 * in-process engine and a cluster serve the same loop. Rules every engine keeps (test/engine/contract.ts):
 * data are unshifted; losses reduce by token-sum; samplers are snapshots; logprobs come from the sampler.
 */

import type { LossSpec } from "../core/loss/loss.js";
import type { FinishReason, TokenMeasure } from "../group.js";

/** One training example, unshifted: the engine shifts. P prompt tokens, T completion tokens. */
export interface Datum {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /**
   * Per-token weights, length T. For a policy-gradient loss these are the advantages, already scaled for the
   * aggregation mode; for cross-entropy the loss weights (0 masks a token). The linear loss has one for the whole sequence: length 1.
   */
  readonly weights: Float32Array;
  /** The sampler's logprobs, length T; required by losses with an importance ratio. */
  readonly logprobs?: Float32Array;
  /** The reference policy's logprobs, length T; required by a KL loss term. */
  readonly reference?: Float32Array;
  /**
   * The share of each token in the batch, length T: what its weight would be at advantage 1. Required by a KL loss term and an
   * entropy bonus, which bear no advantage.
   */
  readonly scales?: Float32Array;
  /** Optimiser steps taken by the policy that sampled the completion; fewer than the current one's where a batch is used again. */
  readonly policyVersion: number;
}

export interface SampleRequest {
  readonly prompt: readonly number[];
  /** Number of completions. */
  readonly n: number;
  /**
   * Key of the random stream of each completion (length n): token t of completion i is drawn with
   * `uniform(...keys[i], t)`. Equal keys give equal completions however the requests are batched.
   */
  readonly keys: readonly (readonly number[])[];
}

export interface SamplingOptions {
  readonly maxTokens: number;
  /** 1 samples the policy itself; 0 is greedy. Training samples at 1. */
  readonly temperature: number;
  /** Ids that end a completion: by default the model's own; none, and every completion goes on to `maxTokens`. */
  readonly stopTokens?: readonly number[];
  /**
   * What is asked of the engine next may begin before the completions are there; they are of the weights as they are now all the same. An
   * engine that cannot do both at once does one after the other.
   */
  readonly ahead?: boolean;
  /** Called with the tokens drawn so far and the most that could still be drawn. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Completion {
  /** The token that stopped it included when `finish` is "stop". */
  readonly tokens: number[];
  /** Logprobs at temperature 1 whatever the sampling temperature. */
  readonly logprobs: Float32Array;
  readonly finish: FinishReason;
}

/**
 * A snapshot of the policy that can be sampled and scored. Using it after a later `optimStep` or `loadState` is an error
 * (`sampler-stale`), and so is using it after `release` (`sampler-released`).
 */
export interface Sampler {
  readonly policyVersion: number;
  /** Completions in request order, then sample order. */
  sample(requests: readonly SampleRequest[], options: SamplingOptions): Promise<Completion[][]>;
  /** Logprob of each completion token, one array of length T a datum. */
  logprobs(data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<Float32Array[]>;
  /**
   * A measure of the distribution that each completion token comes from, over the whole vocabulary and at temperature 1: one array
   * of length T a datum, nats.
   */
  measure(
    data: readonly Pick<Datum, "prompt" | "completion">[],
    measure: TokenMeasure,
  ): Promise<Float32Array[]>;
  release(): Promise<void>;
}

export interface AdamParams {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Decoupled; applied to matrices, not to norms. */
  readonly weightDecay: number;
  /** Largest global gradient norm; 0 does not clip. */
  readonly gradClipNorm: number;
}

export interface ForwardBackwardResult {
  /** Token-sum loss over all data. */
  readonly loss: number;
  /** Current policy's logprob of each completion token, one array of length T a datum; of the linear loss, the score alone. */
  readonly logprobs: Float32Array[];
  /** Tokens whose importance ratio the loss clipped. */
  readonly clipped: number;
  /** Entropy (nats) of the next-token distribution summed over completion tokens; null without an entropy bonus. */
  readonly entropy: number | null;
  readonly microBatches: number;
}

export interface OptimStepResult {
  /** Global gradient norm before clipping; NaN where a server does not say. */
  readonly gradNorm: number;
  readonly policyVersion: number;
}

export interface Capabilities {
  readonly name: string;
  readonly vocabSize: number;
  readonly contextLength: number;
  readonly parameters: number;
  /** Parameters that training changes: all, or an adapter's. */
  readonly trainedParameters: number;
  readonly eosTokens: readonly number[];
  /** Features of the interface that this engine lacks, each with its reason. */
  readonly gaps: Readonly<Record<string, string>>;
}

export interface MemoryEstimate {
  /** Bytes, by part, of which all may be held at once. */
  readonly process: number;
  readonly weights: number;
  readonly optimizer: number;
  readonly gradients: number;
  readonly activations: number;
  readonly sampling: number;
  /** A reward model in an engine of its own; absent where there is none. */
  readonly rewardModel?: number;
  readonly total: number;
}

export interface Engine {
  readonly capabilities: Capabilities;
  /** Optimiser steps taken so far. */
  readonly policyVersion: number;
  /** The current policy as a sampler. The one before becomes stale at the next `optimStep`. */
  refreshSampler(): Promise<Sampler>;
  /** The policy the engine was opened with, frozen. */
  baseSampler(): Promise<Sampler>;
  /**
   * Moves the copy of that name towards the current policy: trained weights become retain · copy + (1 − retain) · policy, in
   * float32. 0, the default, makes it the policy as it is; anything else needs a copy to be there. It belongs to the state.
   *
   * Errors: `copy-missing`, `copy-invalid` (a name that is not lower-case words joined by hyphens, a factor outside [0, 1]).
   */
  updateCopy(name: string, retain?: number): Promise<void>;
  /** A copy. Becomes stale when it is moved or loaded. Errors: `copy-missing`. */
  copySampler(name: string): Promise<Sampler>;
  /** Adds the gradient of the token-sum loss to the accumulated gradient; that of no data is zero. */
  forwardBackward(
    data: readonly Datum[],
    loss: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult>;
  /** One AdamW step on the accumulated gradient, which it clears. A non-finite gradient is refused, nothing changed. */
  optimStep(adam: AdamParams): Promise<OptimStepResult>;
  /** Weights, optimiser moments, step count and the copies that were taken, into an existing empty folder. */
  saveState(folder: string): Promise<void>;
  loadState(folder: string): Promise<void>;
  /**
   * The folder of a saved state is about to be deleted: so is what an engine keeps of it elsewhere, as far as that can be done. An engine that
   * keeps nothing elsewhere has no such method.
   */
  dropState?(folder: string): Promise<void>;
  /** Weights alone, as a Hugging Face model folder's `config.json` and `model.safetensors`. */
  exportWeights(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** An engine that has a model with a scalar head: a reward model. It scores sequences, and trains by the linear loss. */
export interface ScoringEngine
  extends Pick<
    Engine,
    | "capabilities"
    | "policyVersion"
    | "forwardBackward"
    | "optimStep"
    | "saveState"
    | "loadState"
    | "exportWeights"
    | "close"
  > {
  /** The score w·h of each prompt with its completion, h the hidden state of the last token. */
  scores(data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<number[]>;
}
