/** An engine at the other end of the Tinker protocol: the loop runs here, the model there. It keeps nothing on disk. */
import type { LossSpec } from "../../core/loss/loss.js";
import { SelftrainError } from "../../errors.js";
import type { ModelConfig } from "../../model/config.js";
import { adapterSpecs } from "../../model/lora.js";
import { parameterCount } from "../../model/parameters.js";
import type { ServerKind } from "../../tinker-servers.js";
import { checkData, checkRequests, checkSequences } from "../check.js";
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
} from "../engine.js";
import { Ahead } from "./ahead.js";
import { Connection, type WhichSampler } from "./connection/connection.js";
import { engineClosed, engineLacks, gradientMissing, samplerReleased, samplerStale } from "./errors.js";
import { Journal } from "./journal.js";
import type { Facts } from "./profile/facts.js";
import { gapsOf } from "./profile/gaps.js";
import type { Profile, Reduction } from "./profile/profile.js";
import { promptLogprobs, startGroups } from "./sampling/sample.js";
import { sessionLogprobs } from "./sampling/score.js";
import { checkAdam, checkTrained, checkUses, type Uses } from "./server/check-uses.js";
import { chooseProfile, unknownModel } from "./server/choose.js";
import { factsOf } from "./server/probe.js";
import { readState, writeState } from "./state.js";
import { checkFirstRatio } from "./training/check-logprobs.js";
import { emptyUpdate } from "./training/empty.js";
import { checkFinite } from "./training/finite.js";
import { gradNormOf } from "./training/grad-norm.js";
import type { RemoteLora } from "./training/model.js";
import { forwardLogprobs, update } from "./training/update.js";
import type { Patience } from "./transport/retry.js";
import { Transport } from "./transport/transport.js";

export interface TinkerOptions {
  readonly url: string;
  readonly key: string | null;
  /** As the server calls it. */
  readonly baseModel: string;
  /** Of the same model: its vocabulary, context and stop tokens. */
  readonly config: ModelConfig;
  /** Null trains the model itself. */
  readonly adapter: RemoteLora | null;
  readonly server?: ServerKind | "auto";
  readonly wire?: "auto" | "json" | "protobuf";
  /** What the server makes of losses; by default as known of it, or probed. */
  readonly reduction?: Reduction;
  /** Settings that the server may drop. */
  readonly accept?: readonly string[];
  /** What the run will ask for, to be refused now where the server would not do it. */
  readonly uses?: Uses;
  /** What was found out about the server before. */
  readonly facts?: Facts;
  readonly patience?: Partial<Patience>;
  /** Milliseconds between heartbeats. */
  readonly heartbeat?: number;
}

/** Errors after which a new model, given the saved weights and what was done since, is where the old one was. */
const RECOVERABLE = new Set(["tinker-model-lost", "tinker-reply-lost", "tinker-answer-gone"]);
/** Times in a row that this is done for one operation. */
const RECOVERIES = 3;

const isLost = (error: unknown): boolean => error instanceof SelftrainError && RECOVERABLE.has(error.code);

type Sequence = Pick<Datum, "prompt" | "completion">;

export class TinkerEngine implements Engine {
  readonly capabilities: Capabilities;
  readonly #options: TinkerOptions;
  readonly #transport: Transport;
  readonly #profile: Profile;
  #facts: Facts;
  #connection: Connection;
  #journal = new Journal();
  #policyVersion = 0;
  /** Times that the weights were changed. A sampler belongs to one of them. */
  #generation = 0;
  #hasGradient = false;
  #trained = false;
  #saves = 0;
  /** Samples that are waited for while the model is trained; one step's at a time. */
  #ahead: Ahead | null = null;
  #aheadDone: Promise<unknown> = Promise.resolve();
  #aheadGeneration = 0;
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  private constructor(
    options: TinkerOptions,
    transport: Transport,
    profile: Profile,
    facts: Facts,
    connection: Connection,
  ) {
    const { config, adapter } = options;
    this.#options = options;
    this.#transport = transport;
    this.#profile = profile;
    this.#facts = facts;
    this.#connection = connection;
    const parameters = parameterCount(config);
    const specs = adapter && adapterSpecs(config, adapter.lora);
    this.capabilities = {
      name: "tinker",
      vocabSize: config.vocabSize,
      contextLength: config.contextLength,
      parameters,
      trainedParameters: specs ? specs.reduce((sum, { size }) => sum + size, 0) : parameters,
      eosTokens: config.eosTokens,
      gaps: gapsOf(profile),
    };
  }

  /**
   * Connects, and makes the model. Errors: those of the transport, `tinker-server-unknown`, `tinker-model-unknown`, `tinker-would-drop`,
   * `engine-lacks`, `tinker-answer-invalid`.
   */
  static async open(options: TinkerOptions): Promise<TinkerEngine> {
    const { url, key, patience, server = "auto", wire = "auto", baseModel, uses, accept = [] } = options;
    const transport = new Transport({ url, key, patience });
    const { profile: known } = await chooseProfile(transport, server, wire, baseModel);
    const profile = options.reduction ? { ...known, reduction: options.reduction } : known;
    if (uses) checkUses(uses, profile, accept);
    checkTrained(options.adapter, profile, accept);
    const connecting = { ...options, transport, profile };
    const facts = options.facts ?? (await factsOf(connecting));
    const connection = await Connection.open(connecting, null);
    const made = await connection.model.baseModel();
    if (made !== null && made !== baseModel) {
      await connection.close();
      throw unknownModel(baseModel, [made]);
    }
    return new TinkerEngine(options, transport, profile, facts, connection);
  }

  get policyVersion(): number {
    return this.#policyVersion;
  }

  /** What was found out about the server, to be handed to the next that opens it. */
  get facts(): Facts {
    return this.#facts;
  }

  async refreshSampler(): Promise<Sampler> {
    // A new sampler takes the place of the one that is drawn from.
    if (this.#profile.overlap === "last" && this.#aheadGeneration !== this.#generation) await this.#aheadDone;
    return this.#turn(() => this.#sampler("current"));
  }

  baseSampler(): Promise<Sampler> {
    if (this.#profile.base === null)
      return Promise.reject(engineLacks("base-sampler", this.capabilities.gaps["base-sampler"]!));
    return this.#turn(() => this.#sampler("base"));
  }

  updateCopy(): Promise<void> {
    return Promise.reject(engineLacks("copies", this.capabilities.gaps.copies!));
  }

  copySampler(): Promise<Sampler> {
    return Promise.reject(engineLacks("copies", this.capabilities.gaps.copies!));
  }

  /** Errors: those of data, `datum-not-finite`, `engine-lacks`, `tinker-answer-invalid`, `tinker-ratio`, those of the transport. */
  forwardBackward(
    data: readonly Datum[],
    loss: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult> {
    return this.#turn(async () => {
      checkData(this.#options.config, data, loss);
      checkFinite(data);
      if (this.#hasGradient && !this.#profile.accumulates)
        throw engineLacks("accumulation", "this server averages over all that comes before a step");
      const result = await this.#recovering(() => this.#update(data, loss, onProgress));
      this.#journal.add({ kind: "gradient", data, loss });
      this.#hasGradient = true;
      return result;
    });
  }

  /** Errors: `gradient-missing`, `gradient-not-finite`, `tinker-would-drop`, those of the transport. */
  optimStep(adam: AdamParams): Promise<OptimStepResult> {
    return this.#turn(async () => {
      if (!this.#hasGradient) throw gradientMissing();
      checkAdam(adam, this.#profile, this.#options.accept ?? []);
      this.#generation++;
      try {
        const gradNorm = await this.#recovering(() => this.#step(adam));
        this.#journal.add({ kind: "step", adam });
        this.#hasGradient = false;
        this.#policyVersion++;
        this.#trained = true;
        this.#connection.forgetCurrent();
        return { gradNorm, policyVersion: this.#policyVersion };
      } catch (error) {
        // Refused, nothing was changed, and the gradient is gone with it.
        if ((error as SelftrainError).code === "gradient-not-finite") {
          this.#generation--;
          this.#hasGradient = false;
          this.#journal.dropGradients();
        }
        throw error;
      }
    });
  }

  /** The server saves the weights and the optimiser's moments; into the folder goes where they are. */
  async saveState(folder: string): Promise<void> {
    // What would lead to its weights again is forgotten with this.
    await this.#aheadDone;
    return this.#turn(async () => {
      const policyVersion = this.#policyVersion;
      const path = await this.#recovering(() =>
        this.#connection.model.save(`step-${String(policyVersion).padStart(6, "0")}-${++this.#saves}`),
      );
      this.#journal.saved(path);
      writeState(folder, { path, policyVersion, baseModel: this.#options.baseModel, facts: this.#facts });
    });
  }

  /** The saved weights are deleted at servers that do so; nothing depends on it. */
  async dropState(folder: string): Promise<void> {
    const { path } = readState(folder);
    const [, model, name] = /^tinker:\/\/([^/]+)\/weights\/([^/]+)$/.exec(path) ?? [];
    if (model === undefined || path === this.#journal.path) return;
    const checkpoint = `training_runs/${model}/checkpoints/weights/${name}`;
    await this.#transport.send({ path: checkpoint, method: "DELETE", once: true }).catch(() => {});
  }

  /** A new model from saved weights. Errors: `tinker-state-invalid`, and those of the transport. */
  async loadState(folder: string): Promise<void> {
    await this.#aheadDone;
    return this.#turn(async () => {
      const { path, policyVersion, facts } = readState(folder);
      this.#generation++;
      this.#facts = facts;
      this.#journal = new Journal(path);
      this.#hasGradient = false;
      this.#policyVersion = policyVersion;
      await this.#reconnect();
    });
  }

  exportWeights(): Promise<void> {
    return Promise.reject(engineLacks("export-weights", this.capabilities.gaps["export-weights"]!));
  }

  close(): Promise<void> {
    this.#closing ??= this.#last.then(() => this.#connection.close());
    return this.#closing;
  }

  /** Calls are carried out one after the other, those before `close` too. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(engineClosed());
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #recovering<T>(work: () => Promise<T>): Promise<T> {
    for (let recoveries = 0; ; recoveries++) {
      try {
        if (recoveries > 0) await this.#reconnect();
        return await work();
      } catch (error) {
        if (!isLost(error) || recoveries === RECOVERIES) throw error;
      }
    }
  }

  /** A new session and model, brought to where the old one was. */
  async #reconnect(): Promise<void> {
    await this.#connection.close();
    const { path, entries } = this.#journal;
    const ahead = this.#ahead;
    const connecting = { ...this.#options, transport: this.#transport, profile: this.#profile };
    this.#connection = await Connection.open(connecting, path);
    for (const [i, entry] of entries.entries()) {
      if (ahead?.position === i) await ahead.again(this.#connection);
      if (entry.kind === "gradient") await this.#update(entry.data, entry.loss);
      else {
        await this.#step(entry.adam);
        this.#connection.forgetCurrent();
      }
    }
    if (ahead?.position === entries.length) await ahead.again(this.#connection);
  }

  async #update(
    given: readonly Datum[],
    loss: LossSpec,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ForwardBackwardResult> {
    const updating = {
      model: this.#connection.model,
      profile: this.#profile,
      facts: this.#facts,
      onProgress,
    };
    const data = given.filter(({ completion }) => completion.length > 0);
    if (data.length === 0) return emptyUpdate(updating, given, loss);
    const result = await update(updating, data, loss);
    const onPolicy = data.every(
      ({ logprobs, policyVersion }) => logprobs && policyVersion === this.#policyVersion,
    );
    if (!this.#trained && onPolicy)
      checkFirstRatio(
        data.map(({ logprobs }) => logprobs!),
        result.logprobs,
      );
    return { ...result, logprobs: placed(given, result.logprobs) };
  }

  async #step(adam: AdamParams): Promise<number> {
    const future = await this.#connection.model.optimStep(adam);
    return gradNormOf(await future.result());
  }

  async #sampler(which: WhichSampler): Promise<Sampler> {
    const generation = this.#generation;
    const policyVersion = which === "base" ? 0 : this.#policyVersion;
    await this.#recovering(() => this.#connection.sampling(which, this.#facts.equalSamples));
    let released = false;
    const use = async <T>(work: () => Promise<T>): Promise<T> => {
      if (released) throw samplerReleased();
      return this.#turn(async () => {
        if (which === "current" && generation !== this.#generation)
          throw samplerStale(this.#policyVersion, policyVersion);
        return work();
      });
    };
    return {
      policyVersion,
      sample: (requests, options) =>
        options.ahead && which === "current" && this.#profile.overlap !== null
          ? this.#sampleAhead(use, requests, options)
          : use(() => this.#sample(which, requests, options)),
      logprobs: (data) => use(() => this.#logprobs(which, data)),
      measure: () => use(() => Promise.reject(engineLacks("measures", this.capabilities.gaps.measures!))),
      release: async () => {
        released = true;
      },
    };
  }

  async #sample(
    which: WhichSampler,
    requests: readonly SampleRequest[],
    options: SamplingOptions,
  ): Promise<Completion[][]> {
    checkRequests(this.#options.config, requests, options);
    const draw = () =>
      this.#recovering(async () => {
        const session = await this.#connection.sampling(which, this.#facts.equalSamples);
        return (await startGroups(session, requests, options))();
      });
    const { groups, copies } = await draw();
    if (!copies) return groups;
    this.#facts = { ...this.#facts, equalSamples: true };
    return (await draw()).groups;
  }

  /** The turn ends when the requests are accepted. */
  async #sampleAhead(
    use: <T>(work: () => Promise<T>) => Promise<T>,
    requests: readonly SampleRequest[],
    options: SamplingOptions,
  ): Promise<Completion[][]> {
    await this.#aheadDone;
    const ahead = await use(async () => {
      checkRequests(this.#options.config, requests, options);
      const start = async (connection: Connection) =>
        startGroups(await connection.sampling("current", this.#facts.equalSamples), requests, options);
      this.#ahead = await this.#recovering(() =>
        Ahead.begin(this.#journal.entries.length, this.#connection, start),
      );
      this.#aheadGeneration = this.#generation;
      const completions = this.#completionsOf(this.#ahead).finally(() => {
        this.#ahead = null;
      });
      this.#aheadDone = completions.catch(() => {});
      return { completions };
    });
    return ahead.completions;
  }

  async #completionsOf(ahead: Ahead): Promise<Completion[][]> {
    for (let recoveries = 0; ; recoveries++) {
      const { connection } = ahead;
      try {
        return await ahead.completions();
      } catch (error) {
        if (!isLost(error) || recoveries === RECOVERIES) throw error;
        // Whatever else was under way may have found that out already.
        const renewed = async () => {
          if (ahead.connection === connection) await this.#reconnect();
        };
        await this.#turn(() => this.#recovering(renewed));
      }
    }
  }

  async #logprobs(which: WhichSampler, given: readonly Sequence[]): Promise<Float32Array[]> {
    checkSequences(this.#options.config, given);
    const data = given.filter(({ completion }) => completion.length > 0);
    const logprobs = await this.#recovering(async () => {
      if (which === "current")
        return forwardLogprobs({ model: this.#connection.model, profile: this.#profile }, data);
      const session = await this.#connection.sampling(which, this.#facts.equalSamples);
      return this.#profile.base === "forward"
        ? sessionLogprobs(session, data)
        : promptLogprobs(session, data);
    });
    return placed(given, logprobs);
  }
}

/** With an empty array for each completion without a token, which was not sent. */
function placed(given: readonly Sequence[], logprobs: readonly Float32Array[]): Float32Array[] {
  let next = 0;
  return given.map(({ completion }) => (completion.length > 0 ? logprobs[next++]! : new Float32Array(0)));
}
