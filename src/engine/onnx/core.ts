/** The embedded engine itself, in whatever thread it is made. `OnnxEngine` runs one in a worker. */
import { SelftrainError } from "../../errors.js";
import type { LossKind, LossSpec } from "../../loss/loss.js";
import type { ModelConfig } from "../../model/config.js";
import { initialWeights } from "../../model/parameters.js";
import type {
  AdamParams,
  Capabilities,
  Completion,
  Datum,
  ForwardBackwardResult,
  OptimStepResult,
  SampleRequest,
  SamplingOptions,
} from "../engine.js";
import { type AdamState, adamState, adamStep, globalNorm } from "./adamw.js";
import { checkData, checkRequests, checkSequences } from "./check.js";
import { type SamplingPrograms, sample } from "./decode-loop.js";
import { accumulate, notFinite } from "./gradient.js";
import { KvCache } from "./kv-cache.js";
import { type MemoryPlan, planMemory } from "./memory-plan.js";
import { type MicroBatch, microBatches, part } from "./micro-batch.js";
import { Policy } from "./policy.js";
import { decodeProgram, prefillProgram } from "./programs/sampling.js";
import { scoringProgram, trainingProgram } from "./programs/training.js";
import { lossFeeds, sequenceFeeds } from "./sequence-feeds.js";
import { compile, floatsOf, type Program } from "./session.js";
import { readModel, readOptimizer, readWeights, writeModel, writeOptimizer } from "./state.js";

/** Where the weights come from: a model folder, or a configuration and a seed. */
export type ModelSource =
  | { readonly folder: string }
  | { readonly config: ModelConfig; readonly seed: number };

export interface OnnxEngineOptions {
  readonly model: ModelSource;
  /** Threads of ONNX Runtime. */
  readonly threads: number;
  readonly memoryBudgetMiB: number;
}

export type WhichPolicy = "current" | "base";

/** What a sampler is in this thread: the weights are shared with training, so it is good until they change. */
export interface SamplerTicket {
  readonly which: WhichPolicy;
  readonly policyVersion: number;
  readonly generation: number;
}

function load(source: ModelSource): { config: ModelConfig; weights: Float32Array } {
  if ("folder" in source) return readModel(source.folder);
  return { config: source.config, weights: initialWeights(source.config, source.seed) };
}

export class OnnxCore {
  readonly #options: OnnxEngineOptions;
  readonly #policy: Policy;
  readonly #memory: MemoryPlan;
  readonly #cache: KvCache;
  readonly #adam: AdamState;
  /** Programs by name, compiled when first needed. */
  readonly #programs = new Map<string, Promise<Program>>();
  #base: Policy | null = null;
  /** Times the weights were changed. A sampler of the current policy belongs to one of them. */
  #generation = 0;
  /** Sum over micro-batches since the last optimiser step; null when there is none. */
  #gradient: Float32Array | null = null;

  constructor(options: OnnxEngineOptions) {
    this.#options = options;
    const { config, weights } = load(options.model);
    this.#policy = new Policy(config, weights);
    this.#memory = planMemory(config, options.memoryBudgetMiB);
    this.#cache = new KvCache(config);
    this.#adam = adamState(weights.length);
  }

  get policyVersion(): number {
    return this.#adam.step;
  }

  get capabilities(): Capabilities {
    const { config, weights } = this.#policy;
    return {
      name: "onnx",
      vocabSize: config.vocabSize,
      contextLength: config.contextLength,
      parameters: weights.length,
      eosTokens: config.eosTokens,
      gaps: {},
    };
  }

  /** Takes a sampler; the starting policy's weights are read now, and whatever becomes of their folder does no harm. */
  sampler(which: WhichPolicy): SamplerTicket {
    this.#policyOf(which);
    const policyVersion = which === "base" ? 0 : this.policyVersion;
    return { which, policyVersion, generation: this.#generation };
  }

  /** The policy of a sampler. Errors: `sampler-stale` where it has been trained, or replaced, since. */
  redeem({ which, policyVersion, generation }: SamplerTicket): WhichPolicy {
    if (which === "base" || generation === this.#generation) return which;
    throw new SelftrainError({
      code: "sampler-stale",
      message: "this sampler's policy has been trained since",
      found: `policy version ${this.policyVersion}`,
      expected: `policy version ${policyVersion}`,
      remedy: "call refreshSampler after every optimStep and use the new sampler",
    });
  }

  async sample(
    which: WhichPolicy,
    requests: readonly SampleRequest[],
    options: SamplingOptions,
  ): Promise<Completion[][]> {
    const { config } = this.#policy;
    checkRequests(config, requests, options);
    const programs: SamplingPrograms = {
      prefill: await this.#program("prefill", () => prefillProgram(config)),
      decode: await this.#program("decode", () => decodeProgram(config)),
    };
    return sample(this.#policyOf(which), programs, this.#cache, requests, options, this.#memory);
  }

  async logprobs(
    which: WhichPolicy,
    data: readonly Pick<Datum, "prompt" | "completion">[],
  ): Promise<Float32Array[]> {
    const policy = this.#policyOf(which);
    checkSequences(policy.config, data);
    const program = await this.#program("score", () => scoringProgram(policy.config));
    const out: Float32Array[] = data.map(() => new Float32Array(0));
    for (const batch of this.#pack(data)) {
      const outputs = await program.run(sequenceFeeds(policy, batch));
      part(batch, data, floatsOf(outputs, "logprobs"), (member, logprobs) => {
        out[member] = logprobs;
      });
    }
    return out;
  }

  async forwardBackward(
    data: readonly Datum[],
    loss: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult> {
    checkData(this.#policy.config, data, loss.kind);
    const program = await this.#program(loss.kind, () => trainingProgram(this.#policy.config, loss.kind));
    const logprobs: Float32Array[] = data.map(() => new Float32Array(0));
    const batches = this.#pack(data);
    const members = batches.reduce((sum, batch) => sum + batch.members.length, 0);
    let total = 0;
    let done = 0;
    let first = this.#gradient === null;
    this.#gradient ??= new Float32Array(this.#policy.weights.length);
    for (const batch of batches) {
      const outputs = await program.run({
        ...sequenceFeeds(this.#policy, batch),
        ...lossFeeds(data, batch, loss.kind),
      });
      total += floatsOf(outputs, "loss")[0] as number;
      accumulate(this.#gradient, this.#policy.specs, outputs, batch, first);
      first = false;
      part(batch, data, floatsOf(outputs, "logprobs"), (member, values) => {
        logprobs[member] = values;
      });
      done += batch.members.length;
      onProgress?.(done, members);
    }
    return { loss: total, logprobs, microBatches: batches.length };
  }

  /** Errors: `gradient-missing`, `gradient-not-finite` (the weights and moments stay as they were). */
  optimStep(adam: AdamParams): OptimStepResult {
    const grad = this.#gradient;
    if (!grad) {
      throw new SelftrainError({
        code: "gradient-missing",
        message: "optimStep was called without a forwardBackward before it",
        remedy: "call forwardBackward first",
      });
    }
    this.#gradient = null;
    const gradNorm = globalNorm(grad);
    if (!Number.isFinite(gradNorm)) throw notFinite(grad, this.#policy.specs, this.#adam.step + 1);
    this.#generation++;
    adamStep(this.#policy.weights, grad, this.#adam, this.#policy.specs, adam, gradNorm);
    return { gradNorm, policyVersion: this.#adam.step };
  }

  saveState(folder: string): void {
    this.exportWeights(folder);
    writeOptimizer(folder, this.#policy.specs, this.#adam);
  }

  /** Errors: those of reading a model and its optimiser; nothing is changed by a state that does not fit. */
  loadState(folder: string): void {
    const weights = readWeights(folder, this.#policy.config);
    readOptimizer(folder, this.#policy.specs, this.#adam);
    this.#generation++;
    this.#policy.weights.set(weights);
    this.#gradient = null;
  }

  exportWeights(folder: string): void {
    writeModel(folder, this.#policy.config, this.#policy.specs, this.#policy.weights);
  }

  async close(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #policyOf(which: WhichPolicy): Policy {
    if (which === "current") return this.#policy;
    if (!this.#base) {
      const { config, weights } = load(this.#options.model);
      this.#base = new Policy(config, weights);
    }
    return this.#base;
  }

  #program(
    name: LossKind | "score" | "prefill" | "decode",
    graph: () => Parameters<typeof compile>[0],
  ): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const program = compile(graph(), this.#options.threads);
    this.#programs.set(name, program);
    return program;
  }

  #pack(data: readonly Pick<Datum, "prompt" | "completion">[]): MicroBatch[] {
    return microBatches(data, this.#policy.config.padToken, this.#memory.trainingRows);
  }
}
