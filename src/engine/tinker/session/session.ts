/** A session at a server: what its models and samplers belong to, for as long as its heart beats. */
import { Worker } from "node:worker_threads";
import { SelftrainError } from "../../../errors.js";
import { ask } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import { stringOf } from "../wire/fields.js";
import type { HeartbeatData } from "./heartbeat-worker.js";
import { useToken } from "./token.js";

/** Milliseconds between heartbeats, as the protocol has it. */
const HEARTBEAT = 10_000;
/** The version of the official SDK whose messages these are. */
export const PROTOCOL_VERSION = "0.25.0";

export class Session {
  readonly id: string;
  readonly #heart: Worker;
  readonly #stopToken: () => void;
  #modelSeq = 0;
  #samplingSeq = 0;

  private constructor(id: string, heart: Worker, stopToken: () => void) {
    this.id = id;
    this.#heart = heart;
    this.#stopToken = stopToken;
  }

  /** Throws as `Transport.send` does, and `tinker-session-refused`. */
  static async open(transport: Transport, heartbeat = HEARTBEAT): Promise<Session> {
    const token = await useToken(transport, PROTOCOL_VERSION);
    const answer = await ask(transport, {
      path: "create_session",
      // Lost, it leaves an empty session behind, which ends by itself.
      repeatable: true,
      body: {
        tags: ["selftrain"],
        user_metadata: null,
        sdk_version: PROTOCOL_VERSION,
        type: "create_session",
      },
    });
    if (typeof answer.error_message === "string" && answer.error_message !== "") {
      token.stop();
      throw new SelftrainError({
        code: "tinker-session-refused",
        message: "the server opens no session",
        found: transport.redact(answer.error_message),
        remedy: "do what the server says",
      });
    }
    const id = stringOf(answer.session_id, "session_id");
    const heart = new Worker(new URL("./heartbeat-worker.js", import.meta.url), {
      workerData: {
        url: `${transport.url}/api/v1/session_heartbeat`,
        key: transport.key,
        sessionId: id,
        every: heartbeat,
      } satisfies HeartbeatData,
    });
    // A thread that cannot be run takes nothing with it: a server that misses the heartbeat says so.
    heart.on("error", () => {});
    heart.unref();
    token.onRenewed((key) => heart.postMessage({ key }));
    return new Session(id, heart, token.stop);
  }

  nextModel(): number {
    return this.#modelSeq++;
  }

  nextSampler(): number {
    return this.#samplingSeq++;
  }

  /** No verb of the protocol ends a session: its heart stops. */
  async close(): Promise<void> {
    this.#stopToken();
    await this.#heart.terminate();
  }
}
