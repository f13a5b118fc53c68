/** The embedded engine: ONNX Runtime in a worker thread of this process. */
import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { SelftrainError } from "../../errors.js";
import type { TokenMeasure } from "../../group.js";
import type { LossSpec } from "../../loss/loss.js";
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
import type { OnnxEngineOptions, SamplerTicket, WhichPolicy } from "./core.js";
import { type Call, fromWire, type Reply } from "./protocol.js";

export interface CreateOptions
  extends Pick<OnnxEngineOptions, "model" | "lora" | "gradientCheckpointing" | "scoresOnly"> {
  /** Threads of ONNX Runtime; the machine's cores by default. */
  readonly threads?: number | undefined;
  /** Decides the sizes of micro-batches and decode batches; 2048 by default. */
  readonly memoryBudgetMiB?: number | undefined;
}

type OnProgress = ((done: number, total: number) => void) | undefined;

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress: OnProgress;
}

/** Milliseconds that the thread has to end by itself. */
const GRACE = 10_000;

export class OnnxEngine implements Engine, ScoringEngine {
  readonly #worker: Worker;
  /** Settles when the thread has ended. */
  readonly #gone: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #failure: Error | null = null;
  #capabilities: Capabilities | null = null;
  #policyVersion = 0;

  private constructor(options: OnnxEngineOptions) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: options });
    this.#worker.on("message", (reply: Reply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#gone = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#fail(new Error(`the engine's thread ended with code ${code}`));
        resolve();
      });
    });
  }

  /** Starts the thread and loads the model. Errors: those of reading a model. */
  static async create({
    model,
    threads = availableParallelism(),
    memoryBudgetMiB = 2048,
    ...rest
  }: CreateOptions): Promise<OnnxEngine> {
    const engine = new OnnxEngine({ model, threads, memoryBudgetMiB, ...rest });
    try {
      engine.#capabilities = (await engine.#call("open")) as Capabilities;
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
    await this.#call("updateCopy", [name, retain]);
  }

  copySampler(name: string): Promise<Sampler> {
    return this.#sampler({ copy: name });
  }

  scores(data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<number[]> {
    return this.#call("scores", [data]) as Promise<number[]>;
  }

  forwardBackward(
    data: readonly Datum[],
    loss: LossSpec,
    onProgress?: OnProgress,
  ): Promise<ForwardBackwardResult> {
    return this.#call("forwardBackward", [data, loss], onProgress) as Promise<ForwardBackwardResult>;
  }

  async optimStep(adam: AdamParams): Promise<OptimStepResult> {
    const result = (await this.#call("optimStep", [adam])) as OptimStepResult;
    this.#policyVersion = result.policyVersion;
    return result;
  }

  async saveState(folder: string): Promise<void> {
    await this.#call("saveState", [folder]);
  }

  async loadState(folder: string): Promise<void> {
    this.#policyVersion = (await this.#call("loadState", [folder])) as number;
  }

  async exportWeights(folder: string): Promise<void> {
    await this.#call("exportWeights", [folder]);
  }

  async close(): Promise<void> {
    if (!this.#failure) await this.#call("close").catch(() => {});
    this.#failure ??= new SelftrainError({
      code: "engine-closed",
      message: "the engine was closed",
      remedy: "make a new one",
    });
    // A thread that is terminated inside native code takes the process with it; one that was closed ends by itself.
    const timer = new AbortController();
    await Promise.race([this.#gone, setTimeout(GRACE, undefined, { signal: timer.signal })]).finally(() =>
      timer.abort(),
    );
    await this.#worker.terminate();
  }

  async #sampler(which: WhichPolicy): Promise<Sampler> {
    const ticket = (await this.#call("sampler", [which])) as SamplerTicket;
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
        return (await this.#call("sample", [ticket, requests, options], onProgress)) as Completion[][];
      },
      logprobs: async (data) => {
        check();
        return (await this.#call("logprobs", [ticket, data])) as Float32Array[];
      },
      measure: async (data, measure: TokenMeasure) => {
        check();
        return (await this.#call("measure", [ticket, data, measure])) as Float32Array[];
      },
      release: async () => {
        released = true;
      },
    };
  }

  #call(method: string, args: readonly unknown[] = [], onProgress?: OnProgress): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === "progress") {
      pending.onProgress?.(reply.done, reply.total);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === "result") pending.resolve(reply.result);
    else pending.reject(fromWire(reply.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
