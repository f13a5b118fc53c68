/** The embedded engine itself, in whatever thread it is made. `OnnxEngine` runs one in a worker. */
import { resolve } from "node:path";
import { isPolicyLoss, type LossSpec } from "../../core/loss/loss.js";
import { SelftrainError } from "../../errors.js";
import { readAdapter, writeAdapter } from "../../model/adapter-files.js";
import { readWeights } from "../../model/read-weights.js";
import { writeModel, writeModelConfig } from "../../model/write-model.js";
import { checkData, checkHead, checkRequests, checkSequences } from "../check.js";
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
import { type Backend, openBackend } from "./backend.js";
import { type DeviceChoice, deviceOf } from "./c-api/session.js";
import { Copies } from "./copies.js";
import type { StreamThreads } from "./memory/budget.js";
import { type MemoryPlan, planMemory, planOptions } from "./memory/memory-plan.js";
import type { GradientCheckpointing } from "./memory/training-plan.js";
import type { Optimising } from "./optimiser/optimiser.js";
import { type LoraSource, type ModelSource, openPolicy, startOf } from "./policy/open-policy.js";
import type { Policy } from "./policy/policy.js";
import type { TokenScore } from "./programs/scores.js";
import { longestRow, type Stream, sample } from "./sampling/sampling.js";
import { readCopies, readOptimizer, writeCopies, writeOptimizer } from "./state.js";
import { type Job, shareOut } from "./streams/share-out.js";
import { type Drawing, EngineStream, type StreamMemory, type Threads } from "./streams/stream.js";
import { together } from "./tasks/together.js";
import type { Gradients } from "./training/gradients.js";
import { lossFeeds } from "./training/loss-feeds.js";
import { type MicroBatch, pack, type Sequence } from "./training/micro-batch.js";
import { scoredSequence } from "./training/scored-sequence.js";

export interface OnnxEngineOptions {
  readonly model: ModelSource;
  /** An adapter to train; the model itself by default. */
  readonly lora?: LoraSource | null | undefined;
  /** Threads of ONNX Runtime. */
  readonly threads: number;
  readonly memoryBudgetMiB: number;
  /** Whether layers are computed twice to save memory; `auto` does so where it must. */
  readonly gradientCheckpointing?: GradientCheckpointing | undefined;
  /** What computes; the processor by default. */
  readonly device?: DeviceChoice | undefined;
  /** Bytes that a command of the device binds of one tensor; any, by default. */
  readonly largestBinding?: number | undefined;
  /** An engine beside one that trains, which only scores: its memory is planned without moments and gradients. */
  readonly scoresOnly?: boolean | undefined;
}

export type WhichPolicy = "current" | "base" | { readonly copy: string };

/** What a sampler is in the engine: the weights are shared with training, so it is good until they change. */
export interface SamplerTicket {
  readonly which: WhichPolicy;
  readonly policyVersion: number;
  readonly generation: number;
}

export type MakeStream = (memory: StreamMemory) => EngineStream;

/** A stream that takes part in something. */
interface Taken {
  readonly stream: EngineStream;
  readonly on: Threads;
}

export class OnnxCore {
  readonly #options: OnnxEngineOptions;
  readonly #backend: Backend;
  readonly #policy: Policy;
  readonly #memory: MemoryPlan;
  /** Of training with the entropy of the whole vocabulary, which takes more memory; made when first needed. */
  #entropicMemory: MemoryPlan | null = null;
  readonly #makeStream: MakeStream;
  /** Made when first needed. All are driven from this thread, and run on others where there are several. */
  readonly #streams: EngineStream[] = [];
  readonly #gradient: Gradients;
  readonly #optimiser: Optimising;
  #base: Policy | null = null;
  readonly #copies = new Copies();
  /** Times that the current policy was changed. A sampler belongs to one of them. */
  #generation = 0;

  constructor(options: OnnxEngineOptions, makeStream: MakeStream = (memory) => new EngineStream(memory)) {
    this.#options = options;
    this.#backend = openBackend(deviceOf(options.device), options.largestBinding);
    this.#makeStream = makeStream;
    this.#policy = openPolicy(options.model, options.lora ?? null, this.#backend.place);
    this.#memory = this.#planMemory();
    const { gradient, optimiser } = this.#backend.training(this.#policy);
    this.#gradient = gradient;
    this.#optimiser = optimiser;
  }

  get policyVersion(): number {
    return this.#optimiser.state.step;
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
  updateCopy(name: string, retain: number): Promise<void> {
    return this.#copies.update(name, retain, this.#policy, this.policyVersion);
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
    const promptTokens = requests.reduce((sum, request) => sum + request.prompt.length, 0);
    const plan = this.#memory.streams({ rows, prompt, promptTokens, tokens: longest });
    const { threads, decodeRows, prefillRows: rowsOf } = plan;
    const times = new Set(requests.map((request) => request.prompt.length - 1));
    // One table for all streams: what comes of a row does not depend on which of them draws it.
    const prefillRows = new Map([...times].map((time) => [time, rowsOf(Math.max(1, time))]));
    const drawing: Drawing = { longest, options, prefillRows };
    const streams = this.#take(threads).map(({ stream, on }): Stream => {
      if (on.aside) stream.shrinkCache(decodeRows, longest);
      return {
        draw: (rows, onDrawn) => stream.draw(policy, on, drawing, rows, onDrawn),
        share: () => stream.share(),
      };
    });
    return sample(streams, requests, options, decodeRows);
  }

  logprobs(which: WhichPolicy, data: readonly Sequence[]): Promise<Float32Array[]> {
    return this.measure(which, data, "logprob");
  }

  /** A number for each completion token: its logprob, or a measure of the distribution that it comes from. */
  async measure(which: WhichPolicy, data: readonly Sequence[], score: TokenScore): Promise<Float32Array[]> {
    const { config } = this.#policy;
    checkHead(config, "vocabulary", "scores of tokens");
    checkSequences(config, data);
    return this.#score(this.#policyOf(which), data, score);
  }

  /** The score of each sequence by a scalar head. Errors: `engine-head`, and those of sequences. */
  async scores(data: readonly Sequence[]): Promise<number[]> {
    const { config } = this.#policy;
    checkHead(config, "scalar", "scoring sequences");
    checkSequences(config, data);
    const sequences = data.map((datum) => scoredSequence(config, datum));
    return (await this.#score(this.#policy, sequences, "logprob")).map(([score]) => score as number);
  }

  async #score(policy: Policy, data: readonly Sequence[], score: TokenScore): Promise<Float32Array[]> {
    const { jobs, claims, threads, way, unpack } = shareOut(data, this.#memoryOf(score === "entropy"));
    const scoring = ({ stream, on }: Taken) => {
      const passes = stream.passes(on, way);
      return (i: number) => passes.score(policy, this.#pack(jobs[i]!), score);
    };
    const scored = await together(claims, this.#take(threads).map(scoring));
    return unpack(scored);
  }

  async forwardBackward(
    given: readonly Datum[],
    loss: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult> {
    const { config } = this.#policy;
    checkHead(config, loss.kind === "linear" ? "scalar" : "vocabulary", `the loss ${loss.kind}`);
    checkData(config, given, loss);
    const data = loss.kind === "linear" ? given.map((datum) => scoredSequence(config, datum)) : given;
    const entropic = isPolicyLoss(loss) && loss.entropyBonus !== undefined;
    const work = shareOut(data, this.#memoryOf(entropic));
    const { jobs, claims, way } = work;
    const lanes = this.#gradient.take(work.lanes);
    const total = jobs.reduce((sum, { data }) => sum + data.length, 0);
    let done = 0;
    const training = ({ stream, on }: Taken) => {
      const passes = stream.passes(on, way);
      return async (i: number) => {
        const job = jobs[i]!;
        const feeds = lossFeeds(job.data, loss);
        const gradient = lanes[claims.laneOf(i)]!;
        const result = await passes.train(this.#policy, this.#pack(job), loss, feeds, gradient);
        done += job.data.length;
        onProgress?.(done, total);
        return result;
      };
    };
    const results = await together(claims, this.#take(work.threads).map(training));
    const sum = (of: "loss" | "clipped" | "entropy") => results.reduce((sum, result) => sum + result[of], 0);
    return {
      loss: sum("loss"),
      clipped: sum("clipped"),
      entropy: entropic ? sum("entropy") : null,
      logprobs: work.unpack(results.map(({ logprobs }) => logprobs)),
      microBatches: results.length,
    };
  }

  /** Errors: `gradient-missing`, `gradient-not-finite` (the weights and moments stay as they were). */
  async optimStep(adam: AdamParams): Promise<OptimStepResult> {
    const streams = this.#take(this.#memory.optimising).map(({ stream, on }) => stream.programs(on));
    const gradNorm = await this.#optimiser.norm(streams);
    // Beforehand: a step that fails midway has changed weights.
    this.#generation++;
    await this.#optimiser.step(adam, gradNorm, streams);
    return { gradNorm, policyVersion: this.policyVersion };
  }

  saveState(folder: string): void {
    this.exportWeights(folder);
    const { specs } = this.#policy.trained;
    this.#optimiser.toArrays();
    this.#copies.toArrays();
    writeOptimizer(folder, specs, this.#optimiser.state);
    writeCopies(folder, specs, this.#copies.states);
  }

  /** Errors: those of reading a model or an adapter and its optimiser; nothing is changed by a state that does not fit. */
  loadState(folder: string): void {
    const { config, lora, trained } = this.#policy;
    const weights = lora ? readAdapter(folder, config).weights : readWeights(folder, config);
    const copies = readCopies(folder, trained.specs);
    readOptimizer(folder, trained.specs, this.#optimiser.state);
    this.#generation++;
    this.#optimiser.toTensors();
    trained.weights.set(weights);
    trained.toTensors();
    this.#copies.load(copies, this.#policy);
    this.#gradient.clear();
  }

  /** The model as a Hugging Face folder; of an adapter, PEFT's files and the configuration of the model it belongs to. */
  exportWeights(folder: string): void {
    const { config, lora, model, trained } = this.#policy;
    trained.toArray();
    if (!lora) {
      writeModel(folder, config, model.weights);
      return;
    }
    const source = this.#options.model;
    writeModelConfig(folder, config);
    writeAdapter(folder, "folder" in source ? resolve(source.folder) : "", { lora, ...trained });
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
    this.#backend.close();
  }

  #pack({ data, time }: Job<Sequence>): MicroBatch {
    return pack(data, time, this.#policy.config.padToken);
  }

  /** So many streams, each with its threads. */
  #take(threads: StreamThreads): Taken[] {
    while (this.#streams.length < threads.length)
      this.#streams.push(this.#makeStream(this.#backend.memory(this.#policy.config)));
    return threads.map((count, i) => ({
      stream: this.#streams[i] as EngineStream,
      on: { count, aside: threads.length > 1 },
    }));
  }

  #policyOf(which: WhichPolicy): Policy {
    if (which === "current") return this.#policy;
    if (which !== "base") return this.#copies.get(which.copy).policy;
    const { model, lora } = this.#options;
    this.#base ??= startOf(this.#policy, model, lora ?? null);
    return this.#base;
  }

  #planMemory(loss?: LossSpec): MemoryPlan {
    const plan = planOptions(this.#options, this.#options);
    return planMemory(this.#policy, { ...plan, loss, trains: !this.#options.scoresOnly });
  }

  #generationOf(which: WhichPolicy): number {
    if (which === "base") return 0;
    return which === "current" ? this.#generation : this.#copies.generation(which.copy);
  }

  /** `entropic`: for the entropy of the whole vocabulary. */
  #memoryOf(entropic: boolean): MemoryPlan {
    if (!entropic) return this.#memory;
    this.#entropicMemory ??= this.#planMemory({ kind: "importance-sampling", entropyBonus: 0 });
    return this.#entropicMemory;
  }
}
