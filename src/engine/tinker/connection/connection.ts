/** A session, the model that is trained in it, and its sampling sessions: all that is lost together when a server forgets. */
import type { ModelConfig } from "../../../model/config.js";
import type { Profile } from "../profile/profile.js";
import type { SamplingSession } from "../sampling/sample.js";
import { Session } from "../session/session.js";
import { type ModelOptions, RemoteModel } from "../training/model.js";
import { ask } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import { stringOf } from "../wire/fields.js";

export type WhichSampler = "current" | "base";

export interface ConnectionOptions extends ModelOptions {
  readonly transport: Transport;
  readonly profile: Profile;
  readonly config: ModelConfig;
  /** Milliseconds between heartbeats. */
  readonly heartbeat?: number | undefined;
}

export class Connection {
  readonly model: RemoteModel;
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  readonly #sampling = new Map<WhichSampler, SamplingSession>();

  private constructor(options: ConnectionOptions, session: Session, model: RemoteModel) {
    this.#options = options;
    this.#session = session;
    this.model = model;
  }

  /** A new model, or one that goes on from saved weights. Throws as `Transport.send` does. */
  static async open(options: ConnectionOptions, path: string | null): Promise<Connection> {
    const { transport, profile, heartbeat } = options;
    const session = await Session.open(transport, heartbeat);
    try {
      const model = await RemoteModel.create(transport, session, profile, options);
      // A model's first operation: some servers load at no other time.
      if (path !== null) await model.load(path);
      return new Connection(options, session, model);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** The weights have changed: the next sampler of the current ones is another. */
  forgetCurrent(): void {
    this.#sampling.delete("current");
  }

  /** `alone`: n completions of a prompt are asked for one by one. Throws as `Transport.send` does. */
  async sampling(which: WhichSampler, alone: boolean): Promise<SamplingSession> {
    const known = this.#sampling.get(which);
    if (known) return { ...known, alone };
    const { transport, profile, config } = this.#options;
    const id = which === "current" ? await this.model.sampler(this.#session) : await this.#base();
    let seq = 0;
    const session = { id, transport, profile, config, alone, nextSeq: () => seq++ };
    this.#sampling.set(which, session);
    return session;
  }

  /** Gives the model back. What the server says to it does not matter any more. */
  async close(): Promise<void> {
    await this.model.unload().catch(() => {});
    await this.#session.close();
  }

  async #base(): Promise<string> {
    const { transport, baseModel } = this.#options;
    const answer = await ask(transport, {
      path: "create_sampling_session",
      // Made twice, it is one too many, and harms nothing.
      repeatable: true,
      body: {
        session_id: this.#session.id,
        sampling_session_seq_id: this.#session.nextSampler(),
        base_model: baseModel,
        type: "create_sampling_session",
      },
    });
    return stringOf(answer.sampling_session_id, "sampling_session_id");
  }
}
