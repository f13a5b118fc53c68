/**
 * The data that flows round the loop. A group is a prompt and its n rollouts, a type of its own and never
 * an index column, so that a rollout cannot be attributed to the wrong prompt, and duplicate prompts in a
 * batch stay two groups.
 */

/** One turn of a conversation, as chat templates of Hugging Face tokenizers take it. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, or what else the template knows. */
  readonly role: string;
  readonly content: string;
}

/** What a chat template is told beside the conversation, such as `enable_thinking`. */
export type TemplateVariables = Readonly<Record<string, string | number | boolean | null>>;

/** A prompt to be solved. It carries no label: those live in `HiddenLabels`, which reward code never sees. */
export interface Prompt {
  /** Unique within its data set. */
  readonly id: string;
  /** The text that is completed; of a conversation, what the user says last. */
  readonly text: string;
  /** The conversation that the model's chat template renders; absent where `text` is completed as it stands. */
  readonly messages?: readonly ChatMessage[];
  /** What the template is told besides. */
  readonly variables?: TemplateVariables;
}

/** Why sampling stopped: an end-of-sequence token, or the token limit (an unfinished solution). */
export type FinishReason = "stop" | "length";

/** One sampled solution. */
export interface Rollout {
  /** Completion text without the end-of-sequence token. */
  readonly text: string;
  /** Completion token ids, the end-of-sequence token included when there is one. Length T. */
  readonly tokens: readonly number[];
  /** The sampler's log-probability (nats) of each token, at temperature 1. Length T. */
  readonly logprobs: Float32Array;
  readonly finish: FinishReason;
  /** Canonical final answer; null where none was found. An unfinished solution has none. */
  readonly answer: string | null;
  /** Why the grader could not read the answer, where it failed: `answer` is null then. */
  readonly graderError?: string;
}

/**
 * What can be measured of a next-token distribution p over a vocabulary of V: its entropy H(p), or its self-certainty
 * KL(U‖p) = −log V − mean_v log p_v, U uniform. Both in nats.
 */
export type TokenMeasure = "entropy" | "self-certainty";

/** A prompt with the n rollouts sampled for it, in sample order. */
export interface Group {
  readonly prompt: Prompt;
  readonly promptTokens: readonly number[];
  /** Version of the policy (number of optimiser steps taken) that sampled the rollouts. */
  readonly policyVersion: number;
  readonly rollouts: readonly Rollout[];
}

/**
 * True answers by prompt id, for metrics and for the ground-truth control arm. Kept apart from `Prompt` so that
 * label-free code cannot reach them: no reward source but the ground-truth control is ever given one.
 */
export type HiddenLabels = ReadonlyMap<string, string>;
