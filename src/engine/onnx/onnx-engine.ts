/** The embedded engine: ONNX Runtime in a worker thread of this process. */
import { availableParallelism } from "node:os";
import type { LossSpec } from "../../core/loss/loss.js";
import { SelftrainError } from "../../errors.js";
import type { TokenMeasure } from "../../group.js";
import type {
  AdamParams,
  Capabilities,
  Completion,
  Datum,
  Engine,
  ForwardBackwardResult,
  OptimStepResult,
  SampleRequest,
  Sampler,
  SamplingOptions,
  ScoringEngine,
} from "../engine.js";
import { DEVICE_LOCK, type DeviceLockMemory } from "./c-api/device-lock.js";
import { openLibrary } from "./c-api/library.js";
import type { OnnxEngineOptions, SamplerTicket, WhichPolicy } from "./core.js";
import { deviceReport } from "./device/report.js";
import { type OnProgress, Thread } from "./threads/thread.js";

export interface CreateOptions
  extends Pick<OnnxEngineOptions, "model" | "lora" | "gradientCheckpointing" | "scoresOnly" | "device"> {
  /** Threads of ONNX Runtime; the machine's cores by default. */
  readonly threads?: number | undefined;
  /** Decides the sizes of micro-batches and decode batches; 2048 by default. */
  readonly memoryBudgetMiB?: number | undefined;
}

/** What the engine's thread is given. */
export interface ThreadOptions extends OnnxEngineOptions {
  readonly deviceLock: DeviceLockMemory;
}

export class OnnxEngine implements Engine, ScoringEngine {
  readonly #thread: Thread;
  #capabilities: Capabilities | null = null;
  #policyVersion = 0;

  private constructor(options: OnnxEngineOptions) {
    const data: ThreadOptions = { ...options, deviceLock: DEVICE_LOCK.shared };
    this.#thread = new Thread(new URL("./worker.js", import.meta.url), data);
  }

  /**
   * Starts the thread and loads the model. Errors: those of opening the library of ONNX Runtime, of a device (`engine-device-missing`,
   * `engine-device-limit`), and of reading a model.
   */
  static async create({
    model,
    threads = availableParallelism(),
    memoryBudgetMiB = 2048,
    ...rest
  }: CreateOptions): Promise<OnnxEngine> {
    const device = await deviceReport(rest.device);
    // Held by this thread too, it is there as long as the process, whichever engine's thread ends.
    openLibrary();
    const largestBinding = device?.largestBinding;
    const engine = new OnnxEngine({ model, threads, memoryBudgetMiB, largestBinding, ...rest });
    try {
      engine.#capabilities = (await engine.#thread.call("open")) as Capabilities;
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  get capabilities(): Capabilities {
    return this.#capabilities as Capabilities;
  }

  get policyVersion(): number {
    return this.#policyVersion;
  }

  refreshSampler(): Promise<Sampler> {
    return this.#sampler("current");
  }

  baseSampler(): Promise<Sampler> {
    return this.#sampler("base");
  }

  async updateCopy(name: string, retain = 0): Promise<void> {
    await this.#thread.call("updateCopy", [name, retain]);
  }

  copySampler(name: string): Promise<Sampler> {
    return this.#sampler({ copy: name });
  }

  scores(data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<number[]> {
    return this.#thread.call("scores", [data]) as Promise<number[]>;
  }

  forwardBackward(
    data: readonly Datum[],
    loss: LossSpec,
    onProgress?: OnProgress,
  ): Promise<ForwardBackwardResult> {
    return this.#thread.call("forwardBackward", [data, loss], onProgress) as Promise<ForwardBackwardResult>;
  }

  async optimStep(adam: AdamParams): Promise<OptimStepResult> {
    const result = (await this.#thread.call("optimStep", [adam])) as OptimStepResult;
    this.#policyVersion = result.policyVersion;
    return result;
  }

  async saveState(folder: string): Promise<void> {
    await this.#thread.call("saveState", [folder]);
  }

  async loadState(folder: string): Promise<void> {
    this.#policyVersion = (await this.#thread.call("loadState", [folder])) as number;
  }

  async exportWeights(folder: string): Promise<void> {
    await this.#thread.call("exportWeights", [folder]);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #sampler(which: WhichPolicy): Promise<Sampler> {
    const ticket = (await this.#thread.call("sampler", [which])) as SamplerTicket;
    let released = false;
    const check = () => {
      if (!released) return;
      throw new SelftrainError({
        code: "sampler-released",
        message: "this sampler was released",
        remedy: "call refreshSampler and use the new sampler",
      });
    };
    return {
      policyVersion: ticket.policyVersion,
      sample: async (requests: readonly SampleRequest[], { onProgress, ...options }: SamplingOptions) => {
        check();
        return (await this.#thread.call("sample", [ticket, requests, options], onProgress)) as Completion[][];
      },
      logprobs: async (data) => {
        check();
        return (await this.#thread.call("logprobs", [ticket, data])) as Float32Array[];
      },
      measure: async (data, measure: TokenMeasure) => {
        check();
        return (await this.#thread.call("measure", [ticket, data, measure])) as Float32Array[];
      },
      release: async () => {
        released = true;
      },
    };
  }
}
