/**
 * Threads that help. Two threads that share every operator wait for one another, and for each other's caches; two that each have rows of
 * their own need nothing of each other. All compute on the same weights.
 */
import type { ModelConfig } from "../../../model/config.js";
import type { LoraConfig } from "../../../model/lora.js";
import type { AdamState } from "../optimiser/adamw.js";
import type { OptimisingStream } from "../optimiser/optimiser.js";
import type { Policy } from "../policy/policy.js";
import type { Stream } from "../sampling/sampling.js";
import { memoryOf } from "../threads/shared-memory.js";
import type { Thread } from "../threads/thread.js";
import type { GradientSum } from "../training/gradient.js";
import type { WorkingStream } from "../training/jobs.js";
import type { Drawing } from "./stream.js";

/** What a helper is started with. */
export interface HelperOptions {
  readonly config: ModelConfig;
}

export type StartHelper = (options: HelperOptions) => Thread;

/** A policy as another thread is told of it. */
export interface PolicyHandle {
  /** Of equal names one policy is kept. */
  readonly name: string;
  readonly id: number;
  readonly model: SharedArrayBuffer;
  readonly adapter: { readonly lora: LoraConfig; readonly weights: SharedArrayBuffer } | null;
}

/** A policy, and what other threads know it by. */
export interface NamedPolicy {
  readonly policy: Policy;
  readonly name: string;
}

export class Helpers {
  readonly #options: HelperOptions;
  readonly #start: StartHelper;
  readonly #threads: Thread[] = [];
  readonly #ids = new WeakMap<Policy, number>();
  #policies = 0;

  constructor(options: HelperOptions, start: StartHelper) {
    this.#options = options;
    this.#start = start;
  }

  /** Streams of other threads, each on so many of ONNX Runtime's, that draw from a policy. Of equal names one is kept. */
  drawing(threads: readonly number[], { policy, name }: NamedPolicy, drawing: Drawing): Stream[] {
    if (threads.length === 0) return [];
    const { onProgress: _, ...options } = drawing.options;
    const handle = this.#handle(policy, name);
    return this.#take(threads.length).map((thread, i) => ({
      draw: (rows, onDrawn) => {
        const args = [handle, threads[i], { ...drawing, options }, rows];
        return thread.call("draw", args, onDrawn) as ReturnType<Stream["draw"]>;
      },
      share: () => thread.call("share") as ReturnType<Stream["share"]>,
    }));
  }

  /** Streams of other threads that train or score a policy; gradients are added to the lanes. */
  working(
    threads: readonly number[],
    { policy, name }: NamedPolicy,
    lanes: readonly GradientSum[],
  ): WorkingStream[] {
    if (threads.length === 0) return [];
    const handle = this.#handle(policy, name);
    const memory = lanes.map(({ values }) => memoryOf(values));
    return this.#take(threads.length).map((thread, i) => ({
      train: (task, onDone) =>
        thread.call("train", [handle, threads[i], task, memory], onDone) as ReturnType<
          WorkingStream["train"]
        >,
      score: (task, onDone) =>
        thread.call("score", [handle, threads[i], task], onDone) as ReturnType<WorkingStream["score"]>,
    }));
  }

  /** Streams of other threads that take part in an optimiser step. */
  optimising(
    threads: readonly number[],
    { policy, name }: NamedPolicy,
    lanes: readonly GradientSum[],
    { mean, variance }: AdamState,
  ): OptimisingStream[] {
    if (threads.length === 0) return [];
    const handle = this.#handle(policy, name);
    const gradients = lanes.map(({ values }) => memoryOf(values));
    const moments = [mean, variance].map(memoryOf);
    return this.#take(threads.length).map((thread, i) => ({
      sum: (task) => thread.call("sum", [threads[i], task, gradients]) as ReturnType<OptimisingStream["sum"]>,
      adam: (task) =>
        thread.call("adam", [handle, threads[i], task, gradients[0], moments]) as ReturnType<
          OptimisingStream["adam"]
        >,
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #take(count: number): readonly Thread[] {
    while (this.#threads.length < count) this.#threads.push(this.#start(this.#options));
    return this.#threads.slice(0, count);
  }

  #handle(policy: Policy, name: string): PolicyHandle {
    const id = this.#ids.get(policy) ?? this.#policies++;
    this.#ids.set(policy, id);
    const { lora, model, trained } = policy;
    const adapter = lora && { lora, weights: memoryOf(trained.weights) };
    return { name, id, model: memoryOf(model.weights), adapter };
  }
}
