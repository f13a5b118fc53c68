/** What an engine server holds: sessions, the model that one of them trains, sampling sessions, and results. */
import { randomUUID } from "node:crypto";
import type { LoraSource } from "../../engine/onnx/policy/open-policy.js";
import type { ForwardBackwardRequest } from "../../engine/tinker/wire/messages.js";
import { Refusal } from "../../io/http/refusal.js";
import { ServedModel, score } from "./model.js";
import { fingerprint } from "./numbered.js";
import { type Result, Results } from "./results.js";
import { type Draw, SamplingSession } from "./sampling.js";
import { Sessions } from "./sessions.js";
import type { Slot } from "./slot.js";
import type { Storage } from "./storage.js";

/** A request as it came: what tells it from another with the same number. */
export interface Came {
  readonly path: string;
  readonly body: Uint8Array;
}

const unknown = (what: string, id: string): Refusal =>
  new Refusal(404, {
    code: "tinker-model-lost",
    message: `the server does not know the ${what} any more`,
    found: id,
    remedy: "resume the run: the server was restarted, or the session has ended",
  });

export class Service {
  readonly results = new Results();
  readonly sessions: Sessions;
  readonly #slot: Slot;
  readonly #storage: Storage;
  readonly #models = new Map<string, ServedModel>();
  readonly #sampling = new Map<string, SamplingSession>();
  /** Models that wait for the engine, with their sessions. */
  readonly #coming = new Map<string, string>();

  constructor(slot: Slot, storage: Storage, silence: number) {
    this.#slot = slot;
    this.#storage = storage;
    this.sessions = new Sessions(silence, (id) => this.#end(id));
  }

  /** Its future ends when the engine is free. */
  createModel(
    sessionId: string,
    number: number,
    lora: LoraSource | null,
    rank: number | null,
    came: Came,
  ): string {
    const { once } = this.sessions.get(sessionId);
    return once.take(`model ${number}`, fingerprint(came.path, came.body), () => {
      const id = randomUUID();
      this.#coming.set(id, sessionId);
      const made = this.#slot.take(id, lora).finally(() => this.#coming.delete(id));
      return this.results.add(
        sessionId,
        made.then((engine) => {
          this.#models.set(id, new ServedModel(id, sessionId, rank, engine));
          return { kind: "json", value: { type: "create_model", model_id: id } };
        }),
      );
    });
  }

  /** Throws `tinker-model-lost` (404). */
  model(id: string): ServedModel {
    const model = this.#models.get(id);
    if (!model) throw unknown("model", id);
    this.sessions.get(model.sessionId);
    return model;
  }

  /** Takes in an operation of a model, once and in its place. Throws `tinker-model-lost`, `sequence-conflict`, `sequence-ahead`. */
  operate(id: string, number: number, came: Came, work: (model: ServedModel) => Promise<Result>): string {
    const model = this.model(id);
    return model.once.take(number, fingerprint(came.path, came.body), () => {
      const done = model.order.run(number, () => work(model));
      return this.results.add(model.sessionId, done);
    });
  }

  save(id: string, number: number, name: string, came: Came): string {
    return this.operate(id, number, came, (model) => model.save(name, this.#storage));
  }

  load(id: string, number: number, path: string, optimizer: boolean, came: Came): string {
    return this.operate(id, number, came, (model) => model.load(path, optimizer, this.#storage));
  }

  /** Rank of a saved adapter, null of a model. Throws `checkpoint-unknown`. */
  rankOf(path: string): number | null {
    return this.#storage.rankOf(path);
  }

  /** Throws `checkpoint-unknown`. */
  deleteSaved(path: string): void {
    this.#storage.delete(path);
  }

  /** A sampling session of the model's weights as they will be when its turn comes. */
  saveForSampler(id: string, number: number, came: Came): string {
    return this.operate(id, number, came, async (model) => {
      const sampler = await model.engine.refreshSampler();
      const session = this.#addSampling(model.sessionId, async () => sampler);
      return { kind: "json", value: { type: "save_weights_for_sampler", sampling_session_id: session.id } };
    });
  }

  /** A sampling session of the model that all begin with. */
  sampleBase(sessionId: string, number: number, came: Came): string {
    const { once } = this.sessions.get(sessionId);
    return once.take(`sampler ${number}`, fingerprint(came.path, came.body), () => {
      return this.#addSampling(sessionId, () => this.#slot.base()).id;
    });
  }

  /** Logprobs by a sampling session's weights. */
  score(request: ForwardBackwardRequest): string | null {
    const session = this.#sampling.get(request.modelId);
    return session ? this.results.add(session.sessionId, score(session, request)) : null;
  }

  /** Throws `tinker-model-lost` (404), `sequence-conflict` (409). */
  draw(id: string, number: number, draw: Draw, came: Came): string {
    const session = this.#sampling.get(id);
    if (!session) throw unknown("sampling session", id);
    const { once } = this.sessions.get(session.sessionId);
    return once.take(`sample ${id} ${number}`, fingerprint(came.path, came.body), () =>
      this.results.add(
        session.sessionId,
        session.draw(draw).then((output) => ({ kind: "sample", output })),
      ),
    );
  }

  /** Unloading what is not there is no error: it may have been asked for before. */
  unload(id: string): string {
    const owner = this.#models.get(id)?.sessionId ?? "";
    this.#models.delete(id);
    const done = this.#slot
      .release(id)
      .then((): Result => ({ kind: "json", value: { type: "unload_model", model_id: id } }));
    return this.results.add(owner, done);
  }

  async close(): Promise<void> {
    this.sessions.stop();
    await this.#slot.close();
  }

  #addSampling(
    sessionId: string,
    sampler: ConstructorParameters<typeof SamplingSession>[2],
  ): SamplingSession {
    const session = new SamplingSession(randomUUID(), sessionId, sampler);
    this.#sampling.set(session.id, session);
    return session;
  }

  /** A session has ended: its models are unloaded, and what waits for one is not waited for. */
  async #end(sessionId: string): Promise<void> {
    const own = [...this.#models.values()].filter((model) => model.sessionId === sessionId);
    const coming = [...this.#coming].flatMap(([id, of]) => (of === sessionId ? [id] : []));
    for (const { id } of own) this.#models.delete(id);
    for (const [id, session] of this.#sampling)
      if (session.sessionId === sessionId) this.#sampling.delete(id);
    for (const id of [...own.map((model) => model.id), ...coming]) await this.#slot.release(id);
    this.results.drop(sessionId);
  }
}
