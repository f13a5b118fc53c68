/** The embedded engine itself, in whatever thread it is made. `OnnxEngine` runs one in a worker. */
import { SelftrainError } from "../../errors.js";
import type { LossKind, LossSpec } from "../../loss/loss.js";
import type { ModelConfig } from "../../model/config.js";
import { EMBEDDING, initialWeights, type ParameterSpec } from "../../model/parameters.js";
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
import { sample, type SamplingPrograms } from "./decode-loop.js";
import { addRowGradients, lookUp } from "./embedding.js";
import { KvCache } from "./kv-cache.js";
import { type MemoryPlan, planMemory } from "./memory-plan.js";
import { join, type MicroBatch, microBatches, part } from "./micro-batch.js";
import { Policy } from "./policy.js";
import { decodeProgram, prefillProgram } from "./programs/sampling.js";
import { GRADIENT, scoringProgram, trainingProgram } from "./programs/training.js";
import { causalMask, positions } from "./sequence-feeds.js";
import { compile, floats, floatsOf, integers, type Program, type Tensors } from "./session.js";
import { readModel, readOptimizer, writeModel, writeOptimizer } from "./state.js";

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

  async sample(which: WhichPolicy, requests: readonly SampleRequest[], options: SamplingOptions): Promise<Completion[][]> {
    const { config } = this.#policy;
    const programs: SamplingPrograms = {
      prefill: await this.#program("prefill", () => prefillProgram(config)),
      decode: await this.#program("decode", () => decodeProgram(config)),
    };
    return sample(this.#policyOf(which), programs, this.#cache, requests, options, this.#memory.decodeRows);
  }

  async logprobs(which: WhichPolicy, data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<Float32Array[]> {
    const policy = this.#policyOf(which);
    const program = await this.#program("score", () => scoringProgram(policy.config));
    const out: Float32Array[] = new Array(data.length);
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
    const program = await this.#program(loss.kind, () => trainingProgram(this.#policy.config, loss.kind));
    const logprobs: Float32Array[] = new Array(data.length);
    const batches = this.#pack(data);
    let total = 0;
    let done = 0;
    this.#gradient ??= new Float32Array(this.#policy.weights.length);
    for (const batch of batches) {
      const outputs = await program.run({
        ...sequenceFeeds(this.#policy, batch),
        ...lossFeeds(data, batch, loss.kind),
      });
      total += floatsOf(outputs, "loss")[0] as number;
      this.#accumulate(outputs, batch);
      part(batch, data, floatsOf(outputs, "logprobs"), (member, values) => {
        logprobs[member] = values;
      });
      done += batch.members.length;
      onProgress?.(done, data.length);
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
    if (!Number.isFinite(gradNorm)) throw this.#notFinite(grad);
    adamStep(this.#policy.weights, grad, this.#adam, this.#policy.specs, adam, gradNorm);
    return { gradNorm, policyVersion: this.#adam.step };
  }

  saveState(folder: string): void {
    this.exportWeights(folder);
    writeOptimizer(folder, this.#policy.specs, this.#adam);
  }

  loadState(folder: string): void {
    const { weights } = readModel(folder);
    readOptimizer(folder, this.#policy.specs, this.#adam);
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

  #program(name: LossKind | "score" | "prefill" | "decode", graph: () => Parameters<typeof compile>[0]): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const program = compile(graph(), this.#options.threads);
    this.#programs.set(name, program);
    return program;
  }

  #pack(data: readonly Pick<Datum, "prompt" | "completion">[]): MicroBatch[] {
    return microBatches(data, this.#policy.config.padToken, this.#memory.trainingRows);
  }

  /** Adds a micro-batch's gradients; those of the embedding row by row. */
  #accumulate(outputs: Tensors, batch: MicroBatch): void {
    const { specs, config } = this.#policy;
    const grad = this.#gradient as Float32Array;
    for (const spec of specs) {
      const output = outputs[`${GRADIENT}${spec.name}`];
      if (output) addTo(grad, spec.offset, output.data as Float32Array);
    }
    const table = gradientOf(specs, EMBEDDING, grad);
    addRowGradients(table, config.hiddenSize, batch.tokens, floatsOf(outputs, `${GRADIENT}embeddings`));
  }

  #notFinite(grad: Float32Array): SelftrainError {
    const spec = this.#policy.specs.find(({ offset, size }) =>
      grad.subarray(offset, offset + size).some((v) => !Number.isFinite(v)),
    );
    return new SelftrainError({
      code: "gradient-not-finite",
      message: spec ? `the gradient of ${spec.name} is not finite` : "the gradient's norm is not finite",
      found: spec ? grad.subarray(spec.offset, spec.offset + spec.size).find((v) => !Number.isFinite(v)) : Number.POSITIVE_INFINITY,
      expected: "finite numbers",
      where: `optimiser step ${this.#adam.step + 1}`,
      remedy: "lower the learning rate, or look at the batch that was saved; no weight was changed",
    });
  }
}

function gradientOf(specs: readonly ParameterSpec[], name: string, grad: Float32Array): Float32Array {
  const { offset, size } = specs.find((s) => s.name === name) as ParameterSpec;
  return grad.subarray(offset, offset + size);
}

function addTo(sum: Float32Array, offset: number, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) sum[offset + i] = (sum[offset + i] as number) + (values[i] as number);
}

function sequenceFeeds(policy: Policy, batch: MicroBatch): Tensors {
  const { hiddenSize } = policy.config;
  const { rows, time, scored, targets } = batch;
  return {
    ...policy.feeds,
    embeddings: floats(lookUp(policy.embeddings, hiddenSize, batch.tokens), [rows, time, hiddenSize]),
    positions: positions(rows, time),
    mask: causalMask(time),
    rows: integers(scored, [scored.length]),
    targets: integers(targets, [targets.length, 1]),
  };
}

function lossFeeds(data: readonly Datum[], batch: MicroBatch, loss: LossKind): Tensors {
  const shape = [batch.scored.length];
  const weights = floats(join(batch, (i) => (data[i] as Datum).weights), shape);
  if (loss === "cross-entropy") return { weights };
  const sampled = join(batch, (i) => {
    const { logprobs } = data[i] as Datum;
    if (!logprobs) {
      throw new SelftrainError({
        code: "logprobs-missing",
        message: `loss ${loss} needs the sampler's logprobs, and datum ${i} has none`,
        remedy: "pass the logprobs that sampling returned",
      });
    }
    return logprobs;
  });
  return { weights, samplerLogprobs: floats(sampled, shape) };
}
