/**
 * Threads that help to sample. A decode step of many rows is many small operators, and two threads that share each of them wait for one
 * another's caches; two that each have half of the rows need nothing of each other. ONNX Runtime's Node binding reads no shared
 * memory, so each has a copy of the weights.
 */
import type { Policy } from "./policy.js";
import type { ModelShape } from "./programs/model-inputs.js";
import type { Stream } from "./sampling.js";
import type { Thread } from "./thread.js";

/** What a helper is started with. The arrays are in shared memory: weights are handed over in them. */
export interface HelperOptions {
  readonly shape: ModelShape;
  /** Of ONNX Runtime. */
  readonly threads: number;
  readonly model: Float32Array;
  readonly adapter: Float32Array | null;
}

export type StartHelper = (options: HelperOptions) => Thread;

const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));

export class Helpers {
  readonly #model: Float32Array;
  readonly #adapter: Float32Array | null;
  readonly #threads: readonly Thread[];
  /** What the shared arrays hold. */
  #version: string | null = null;
  #modelOf: Float32Array | null = null;

  /** A helper for each number of threads. */
  constructor({ config, lora, model, trained }: Policy, threads: readonly number[], start: StartHelper) {
    this.#model = shared(model.weights.length);
    this.#adapter = lora ? shared(trained.weights.length) : null;
    const options = { shape: { config, lora }, model: this.#model, adapter: this.#adapter };
    this.#threads = threads.map((count) => start({ ...options, threads: count }));
  }

  /** Streams that draw from this policy, of which equal versions have equal weights. */
  async streams(
    policy: Policy,
    version: string,
    prefillRows: ReadonlyMap<number, number>,
  ): Promise<Stream[]> {
    if (version !== this.#version) {
      this.#version = null;
      this.#hold(policy);
      await Promise.all(this.#threads.map((thread) => thread.call("update")));
      this.#version = version;
    }
    return this.#threads.map((thread) => ({
      draw: (rows, longest, options, onDrawn) =>
        thread.call("draw", [rows, longest, options, prefillRows], onDrawn) as ReturnType<Stream["draw"]>,
      share: () => thread.call("share") as ReturnType<Stream["share"]>,
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #hold({ model, trained, lora }: Policy): void {
    // Under an adapter the model's own weights stay as they are.
    if (!lora || this.#modelOf !== model.weights) this.#model.set(model.weights);
    this.#modelOf = model.weights;
    this.#adapter?.set(trained.weights);
  }
}
