/** The embedded engine itself, in whatever thread it is made. `OnnxEngine` runs one in a worker. */
import { resolve } from "node:path";
import { SelftrainError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { isPolicyLoss, type LossSpec } from "../../loss/loss.js";
import { readAdapter, writeAdapter } from "../../model/adapter-files.js";
import { readWeights } from "../../model/read-weights.js";
import { writeModel, writeModelConfig } from "../../model/write-model.js";
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
import { checkData, checkHead, checkRequests, checkSequences } from "./check.js";
import { Copies } from "./copies.js";
import { drawRows, type SamplingPrograms, samplingGraphs } from "./decode-loop.js";
import { GradientSum } from "./gradient.js";
import { Handover } from "./handover.js";
import { Helpers, type StartHelper } from "./helpers.js";
import { KvCache } from "./kv-cache.js";
import { layerByLayer } from "./layer-by-layer.js";
import { lossFeeds } from "./loss-feeds.js";
import { type GradientCheckpointing, type MemoryPlan, planMemory, planOptions } from "./memory-plan.js";
import { type MicroBatch, microBatches, part } from "./micro-batch.js";
import { type LoraSource, type ModelSource, openPolicy, startOf } from "./open-policy.js";
import type { Passes } from "./passes.js";
import type { Policy } from "./policy.js";
import type { TokenScore } from "./programs/scores.js";
import { longestRow, type Stream, sample } from "./sampling.js";
import { scoredSequence } from "./scored-sequence.js";
import { Scratch } from "./scratch.js";
import { compile, type Program } from "./session.js";
import { readCopies, readOptimizer, writeCopies, writeOptimizer } from "./state.js";
import { wholeModel } from "./whole-model.js";

export interface OnnxEngineOptions {
  readonly model: ModelSource;
  /** An adapter to train; the model itself by default. */
  readonly lora?: LoraSource | null | undefined;
  /** Threads of ONNX Runtime. */
  readonly threads: number;
  readonly memoryBudgetMiB: number;
  /** Whether layers are computed twice to save memory; `auto` does so where it must. */
  readonly gradientCheckpointing?: GradientCheckpointing | undefined;
  /** An engine beside one that trains, which only scores: its memory is planned without moments and gradients. */
  readonly scoresOnly?: boolean | undefined;
}

export type WhichPolicy = "current" | "base" | { readonly copy: string };

/** What a sampler is in this thread: the weights are shared with training, so it is good until they change. */
export interface SamplerTicket {
  readonly which: WhichPolicy;
  readonly policyVersion: number;
  readonly generation: number;
}

interface TrainingPasses {
  readonly memory: MemoryPlan;
  readonly layerByLayer: Passes;
}

export class OnnxCore {
  readonly #options: OnnxEngineOptions;
  readonly #startHelper: StartHelper | null;
  readonly #policy: Policy;
  readonly #memory: MemoryPlan;
  readonly #cache: KvCache;
  readonly #handover = new Handover();
  #helpers: Helpers | null = null;
  readonly #adam: AdamState;
  /** Programs by name, compiled when first needed. */
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #scratch = new Scratch();
  readonly #wholeModel: Passes;
  /** Plans of training without and with the entropy of the whole vocabulary, which takes more memory. */
  readonly #plans = new Map<boolean, TrainingPasses>();
  /** Sum over micro-batches since the last optimiser step; made when first needed. */
  #gradient: GradientSum | null = null;
  #accumulated = false;
  #base: Policy | null = null;
  readonly #copies = new Copies();
  /** Times that the current policy was changed. A sampler belongs to one of them. */
  #generation = 0;

  /** `startHelper` starts threads that help to sample; without it this one samples alone. */
  constructor(options: OnnxEngineOptions, startHelper: StartHelper | null = null) {
    this.#options = options;
    this.#startHelper = startHelper;
    this.#policy = openPolicy(options.model, options.lora ?? null);
    this.#memory = this.#planMemory();
    this.#cache = new KvCache(this.#policy.config);
    this.#adam = adamState(this.#policy.trained.weights.length);
    this.#wholeModel = wholeModel(this.#program.bind(this), this.#scratch);
  }

  get policyVersion(): number {
    return this.#adam.step;
  }

  get capabilities(): Capabilities {
    const { config, model, trained } = this.#policy;
    return {
      name: "onnx",
      vocabSize: config.vocabSize,
      contextLength: config.contextLength,
      parameters: model.weights.length,
      trainedParameters: trained.weights.length,
      eosTokens: config.eosTokens,
      gaps: config.head === "scalar" ? { sample: "a scalar head predicts no tokens" } : {},
    };
  }

  /** Takes a sampler; the starting policy's weights are read now, and whatever becomes of their folder does no harm. */
  sampler(which: WhichPolicy): SamplerTicket {
    this.#policyOf(which);
    const policyVersion =
      which === "base"
        ? 0
        : which === "current"
          ? this.policyVersion
          : this.#copies.get(which.copy).policyVersion;
    return { which, policyVersion, generation: this.#generationOf(which) };
  }

  /** Moves a copy towards the current policy; see `Engine.updateCopy`. */
  updateCopy(name: string, retain: number): void {
    this.#copies.update(name, retain, this.#policy, this.policyVersion);
  }

  /** The policy of a sampler. Errors: `sampler-stale` where it has been trained, or replaced, since. */
  redeem({ which, policyVersion, generation }: SamplerTicket): WhichPolicy {
    if (generation === this.#generationOf(which)) return which;
    const copy = typeof which === "object";
    throw new SelftrainError({
      code: "sampler-stale",
      message: copy
        ? "this sampler's copy has changed since"
        : "this sampler's policy has been trained since",
      found: `policy version ${this.policyVersion}`,
      expected: `policy version ${policyVersion}`,
      remedy: `call ${copy ? "copySampler after every updateCopy" : "refreshSampler after every optimStep"} and use the new sampler`,
    });
  }

  async sample(
    which: WhichPolicy,
    requests: readonly SampleRequest[],
    options: SamplingOptions,
  ): Promise<Completion[][]> {
    const { config } = this.#policy;
    checkHead(config, "vocabulary", "sampling");
    checkRequests(config, requests, options);
    const policy = this.#policyOf(which);
    const longest = longestRow(requests, options);
    const rows = requests.reduce((sum, { keys }) => sum + keys.length, 0);
    if (rows === 0) return requests.map(() => []);
    const prompt = longest - options.maxTokens;
    const { threads, decodeRows, prefillRows: rowsOf } = this.#memory.streams(rows, prompt, longest);
    const times = new Set(requests.map((request) => request.prompt.length - 1));
    // One table for all streams: what comes of a row does not depend on which of them draws it.
    const prefillRows = new Map([...times].map((time) => [time, rowsOf(Math.max(1, time))]));
    const helping = await this.#help(policy, which, threads.slice(1), prefillRows);
    if (helping.length > 0) this.#cache.shrink(decodeRows, longest);
    const programs = await this.#samplingPrograms(threads[0] as number);
    const handover = this.#handover;
    const sampling = { policy, programs, cache: this.#cache, handover, prefillRows };
    const own: Stream = {
      draw: (...args) => handover.during(() => drawRows(sampling, ...args)),
      share: () => handover.ask(),
    };
    // This thread's comes last: others begin while it is at work.
    return sample([...helping, own], requests, options, decodeRows);
  }

  logprobs(
    which: WhichPolicy,
    data: readonly Pick<Datum, "prompt" | "completion">[],
  ): Promise<Float32Array[]> {
    return this.measure(which, data, "logprob");
  }

  /** A number for each completion token: its logprob, or a measure of the distribution that it comes from. */
  async measure(
    which: WhichPolicy,
    data: readonly Pick<Datum, "prompt" | "completion">[],
    score: TokenScore,
  ): Promise<Float32Array[]> {
    const policy = this.#policyOf(which);
    checkHead(policy.config, "vocabulary", "scores of tokens");
    checkSequences(policy.config, data);
    return this.#score(policy, data, score);
  }

  /** The score of each sequence by a scalar head. Errors: `engine-head`, and those of sequences. */
  async scores(data: readonly Pick<Datum, "prompt" | "completion">[]): Promise<number[]> {
    const { config } = this.#policy;
    checkHead(config, "scalar", "scoring sequences");
    checkSequences(config, data);
    const sequences = data.map((datum) => scoredSequence(config, datum));
    return (await this.#score(this.#policy, sequences, "logprob")).map(([score]) => score as number);
  }

  async #score(
    policy: Policy,
    data: readonly Pick<Datum, "prompt" | "completion">[],
    score: TokenScore,
  ): Promise<Float32Array[]> {
    const out: Float32Array[] = data.map(() => new Float32Array(0));
    for (const { batch, passes } of this.#pack(data, score === "entropy")) {
      part(batch, data, await passes.score(policy, batch, score), (member, values) => {
        out[member] = values;
      });
    }
    return out;
  }

  async forwardBackward(
    given: readonly Datum[],
    spec: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult> {
    const { config } = this.#policy;
    checkHead(config, spec.kind === "linear" ? "scalar" : "vocabulary", `the loss ${spec.kind}`);
    checkData(config, given, spec);
    const data = spec.kind === "linear" ? given.map((datum) => scoredSequence(config, datum)) : given;
    const logprobs: Float32Array[] = data.map(() => new Float32Array(0));
    const entropic = isPolicyLoss(spec) && spec.entropyBonus !== undefined;
    const packed = this.#pack(data, entropic);
    const members = packed.reduce((sum, { batch }) => sum + batch.members.length, 0);
    this.#gradient ??= new GradientSum(this.#policy.trained.specs, this.#policy.config.layers);
    this.#accumulated = true;
    const sums = { loss: 0, clipped: 0, entropy: 0 };
    let done = 0;
    for (const { batch, passes } of packed) {
      const feeds = lossFeeds(data, batch, spec);
      const result = await passes.train(this.#policy, batch, spec, feeds, this.#gradient);
      sums.loss += result.loss;
      sums.clipped += result.clipped;
      sums.entropy += result.entropy;
      part(batch, data, result.logprobs, (member, values) => {
        logprobs[member] = values;
      });
      done += batch.members.length;
      onProgress?.(done, members);
    }
    const { loss, clipped, entropy } = sums;
    return { loss, clipped, entropy: entropic ? entropy : null, logprobs, microBatches: packed.length };
  }

  /** Errors: `gradient-missing`, `gradient-not-finite` (the weights and moments stay as they were). */
  async optimStep(adam: AdamParams): Promise<OptimStepResult> {
    const gradient = this.#gradient;
    if (!gradient || !this.#accumulated) {
      throw new SelftrainError({
        code: "gradient-missing",
        message: "optimStep was called without a forwardBackward before it",
        remedy: "call forwardBackward first",
      });
    }
    const gradNorm = globalNorm(gradient.values);
    const refusal = Number.isFinite(gradNorm) ? null : gradient.notFinite(this.#adam.step + 1);
    if (!refusal) {
      this.#generation++;
      const { specs, weights } = this.#policy.trained;
      await adamStep(this.#program.bind(this), weights, gradient.values, this.#adam, specs, adam, gradNorm);
    }
    this.#clearGradient();
    if (refusal) throw refusal;
    return { gradNorm, policyVersion: this.#adam.step };
  }

  saveState(folder: string): void {
    this.exportWeights(folder);
    const { specs } = this.#policy.trained;
    writeOptimizer(folder, specs, this.#adam);
    writeCopies(folder, specs, this.#copies.states);
  }

  /** Errors: those of reading a model or an adapter and its optimiser; nothing is changed by a state that does not fit. */
  loadState(folder: string): void {
    const { config, lora, trained } = this.#policy;
    const weights = lora ? readAdapter(folder, config).weights : readWeights(folder, config);
    const copies = readCopies(folder, trained.specs);
    readOptimizer(folder, trained.specs, this.#adam);
    this.#generation++;
    trained.weights.set(weights);
    this.#copies.load(copies, this.#policy);
    this.#clearGradient();
  }

  /** The model as a Hugging Face folder; of an adapter, PEFT's files and the configuration of the model it belongs to. */
  exportWeights(folder: string): void {
    const { config, lora, model, trained } = this.#policy;
    if (!lora) {
      writeModel(folder, config, model.weights);
      return;
    }
    const source = this.#options.model;
    writeModelConfig(folder, config);
    writeAdapter(folder, "folder" in source ? resolve(source.folder) : "", { lora, ...trained });
  }

  async close(): Promise<void> {
    await this.#helpers?.close();
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #policyOf(which: WhichPolicy): Policy {
    if (which === "current") return this.#policy;
    if (which !== "base") return this.#copies.get(which.copy).policy;
    this.#base ??= startOf(this.#policy, this.#options.model, this.#options.lora ?? null);
    return this.#base;
  }

  /** The streams of other threads, each with as many of ONNX Runtime's. */
  async #help(
    policy: Policy,
    which: WhichPolicy,
    threads: readonly number[],
    prefillRows: ReadonlyMap<number, number>,
  ): Promise<Stream[]> {
    if (threads.length === 0 || !this.#startHelper) return [];
    this.#helpers ??= new Helpers(this.#policy, threads, this.#startHelper);
    const name = typeof which === "string" ? which : `copy ${which.copy}`;
    return this.#helpers.streams(policy, `${name} ${this.#generationOf(which)}`, prefillRows);
  }

  async #samplingPrograms(threads: number): Promise<SamplingPrograms> {
    const { prefill, decode } = samplingGraphs;
    return {
      prefill: await this.#program(`prefill/${threads}`, () => prefill(this.#policy), threads),
      decode: await this.#program(`decode/${threads}`, () => decode(this.#policy), threads),
    };
  }

  #planMemory(loss?: LossSpec): MemoryPlan {
    const plan = planOptions(this.#options);
    const helped = this.#startHelper !== null;
    return planMemory(this.#policy, { ...plan, helped, loss, trains: !this.#options.scoresOnly });
  }

  #plan(entropic: boolean): TrainingPasses {
    const known = this.#plans.get(entropic);
    if (known) return known;
    const loss = { kind: "importance-sampling", entropyBonus: 0 } as const;
    const memory = entropic ? this.#planMemory(loss) : this.#memory;
    const plan = {
      memory,
      layerByLayer: layerByLayer(this.#program.bind(this), this.#scratch, memory.headRows),
    };
    this.#plans.set(entropic, plan);
    return plan;
  }

  #generationOf(which: WhichPolicy): number {
    if (which === "base") return 0;
    return which === "current" ? this.#generation : this.#copies.generation(which.copy);
  }

  #clearGradient(): void {
    if (this.#accumulated) this.#gradient?.values.fill(0);
    this.#accumulated = false;
  }

  #program(name: string, build: () => Graph, threads = this.#options.threads): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const program = compile(build(), threads);
    this.#programs.set(name, program);
    return program;
  }

  /** Micro-batches, and how each goes through the model: all alike, as the longest sequence must. */
  #pack(
    data: readonly Pick<Datum, "prompt" | "completion">[],
    entropic = false,
  ): { batch: MicroBatch; passes: Passes }[] {
    const { memory, layerByLayer } = this.#plan(entropic);
    const longest = Math.max(1, ...data.map((d) => d.prompt.length + d.completion.length - 1));
    const passes = memory.training(longest).layerByLayer ? layerByLayer : this.#wholeModel;
    const rows = (time: number) => memory.training(time).rows;
    return microBatches(data, this.#policy.config.padToken, rows).map((batch) => ({ batch, passes }));
  }
}
