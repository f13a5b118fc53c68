/** A model at a server: the operations of the protocol, by name. */
import type { LoraConfig } from "../../../model/lora.js";
import type { AdamParams } from "../../engine.js";
import type { Profile } from "../profile/profile.js";
import type { Session } from "../session/session.js";
import { ask, type Future, JSON_RESULT, type Reading, start } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import type { Codec } from "../wire/codec.js";
import { type Fields, stringOf } from "../wire/fields.js";
import { jsonCodec } from "../wire/json-codec.js";
import type { ForwardBackwardOutput, WireDatum } from "../wire/messages.js";
import { protobufCodec } from "../wire/protobuf-codec.js";
import { TrainingQueue } from "./queue.js";

/** A new adapter: its first numbers are a function of the seed. */
export interface RemoteLora {
  readonly lora: LoraConfig;
  readonly seed: number;
}

export interface ModelOptions {
  readonly baseModel: string;
  /** Null trains the model itself. */
  readonly adapter: RemoteLora | null;
}

export const codecOf = (name: "json" | "protobuf"): Codec => (name === "json" ? jsonCodec : protobufCodec);

function loraFields({ lora: { rank, alpha, targets }, seed }: RemoteLora, own: boolean): Fields {
  const has = (...parts: string[]): boolean =>
    parts.some((part) => (targets as readonly string[]).includes(part));
  return {
    rank,
    seed,
    train_unembed: false,
    train_mlp: has("gate", "up", "down"),
    train_attn: has("query", "key", "value", "output"),
    ...(own ? { selftrain: { alpha, targets } } : {}),
  };
}

export class RemoteModel {
  readonly id: string;
  readonly #transport: Transport;
  readonly #profile: Profile;
  readonly #queue: TrainingQueue;

  private constructor(id: string, transport: Transport, profile: Profile) {
    this.id = id;
    this.#transport = transport;
    this.#profile = profile;
    this.#queue = new TrainingQueue(transport, profile.deduplicates);
  }

  /** Throws as `Transport.send` does. */
  static async create(
    transport: Transport,
    session: Session,
    profile: Profile,
    { baseModel, adapter }: ModelOptions,
  ): Promise<RemoteModel> {
    const own = profile.kind === "selftrain";
    const request = {
      session_id: session.id,
      model_seq_id: session.nextModel(),
      base_model: baseModel,
      user_metadata: null,
      ...(adapter ? { lora_config: loraFields(adapter, own) } : own ? {} : { lora_config: { rank: 0 } }),
      type: "create_model",
    };
    const created = await start(
      transport,
      { path: "create_model", body: request, repeatable: own },
      JSON_RESULT,
    );
    const { model_id: id } = await created.result();
    return new RemoteModel(stringOf(id, "model_id"), transport, profile);
  }

  /** Gradient and logprobs, or logprobs alone. Resolves when it was accepted. */
  pass(
    data: readonly WireDatum[],
    lossFn: string,
    lossConfig: Readonly<Record<string, number>>,
    forwardOnly: boolean,
  ): Promise<Future<ForwardBackwardOutput>> {
    const codec = codecOf(this.#profile.requests);
    return this.#queue.submit((seqId) => {
      const request = { modelId: this.id, seqId, data, lossFn, lossConfig, forwardOnly };
      return {
        path: forwardOnly && codec.name === "json" ? "forward" : "forward_backward",
        body: codec.encodeRequest(request),
        contentType: codec.contentType,
      };
    }, this.#reading());
  }

  optimStep(adam: AdamParams): Promise<Future<Fields>> {
    const all = {
      learning_rate: adam.learningRate,
      beta1: adam.beta1,
      beta2: adam.beta2,
      eps: adam.eps,
      weight_decay: adam.weightDecay,
      grad_clip_norm: adam.gradClipNorm,
    };
    return this.#ask("optim_step", { adam_params: all, type: "optim_step" });
  }

  /** Its path at the server. */
  async save(name: string): Promise<string> {
    const future = await this.#ask("save_weights", { path: name, type: "save_weights" });
    return stringOf((await future.result()).path, "path");
  }

  async load(path: string): Promise<void> {
    const future = await this.#ask("load_weights", { path, optimizer: true, type: "load_weights" });
    await future.result();
  }

  /** A sampling session of the weights as they are. */
  async sampler(session: Session): Promise<string> {
    const future = await this.#ask("save_weights_for_sampler", {
      sampling_session_seq_id: session.nextSampler(),
      type: "save_weights_for_sampler",
    });
    const { sampling_session_id: id } = await future.result();
    return stringOf(id, "sampling_session_id");
  }

  /** The name of the model that it was made of; null where the server does not say. */
  async baseModel(): Promise<string | null> {
    const body = { model_id: this.id, type: "get_info" };
    const info = await ask(this.#transport, { path: "get_info", poll: true, body }).catch(
      () => ({}) as Fields,
    );
    const { model_name: name } = (info.model_data ?? {}) as Fields;
    return typeof name === "string" ? name : null;
  }

  /** Asks for it, and waits for no result: the model is not used any more. */
  async unload(): Promise<void> {
    const body = { model_id: this.id, type: "unload_model" };
    await this.#transport.send({ path: "unload_model", body, once: true });
  }

  #ask(path: string, body: Fields): Promise<Future<Fields>> {
    return this.#queue.submit(
      (seqId) => ({ path, body: { model_id: this.id, seq_id: seqId, ...body } }),
      JSON_RESULT,
    );
  }

  #reading(): Reading<ForwardBackwardOutput> {
    return forwardBackwardReading(codecOf(this.#profile.results));
  }
}

/** The server may answer in either: what it sent decides. */
const forwardBackwardReading = (codec: Codec): Reading<ForwardBackwardOutput> => ({
  accept: codec.contentType,
  decode: (body) => codec.decodeForwardBackward(body),
});
