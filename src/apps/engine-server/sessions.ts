/** Sessions of clients: for as long as they are heard of. What belongs to one goes with it. */
import { randomUUID } from "node:crypto";
import { Refusal } from "../../io/http/refusal.js";
import { Once } from "./numbered.js";

export interface ClientSession {
  readonly id: string;
  /** What was asked for once a number: models and samplers. */
  readonly once: Once;
  seen: number;
}

export class Sessions {
  readonly #sessions = new Map<string, ClientSession>();
  readonly #silence: number;
  readonly #onEnd: (id: string) => Promise<void>;
  readonly #timer: NodeJS.Timeout;

  /** `silence`: milliseconds without a word after which a session has ended. */
  constructor(silence: number, onEnd: (id: string) => Promise<void>) {
    this.#silence = silence;
    this.#onEnd = onEnd;
    this.#timer = setInterval(() => void this.#expire(), Math.max(20, silence / 4));
    this.#timer.unref();
  }

  open(): ClientSession {
    const session = { id: randomUUID(), once: new Once(), seen: Date.now() };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session, which was just heard of. Throws `tinker-model-lost` (404). */
  get(id: string): ClientSession {
    const session = this.#sessions.get(id);
    if (session) {
      session.seen = Date.now();
      return session;
    }
    throw new Refusal(404, {
      code: "tinker-model-lost",
      message: "the server does not know the session any more",
      found: id,
      remedy: "resume the run: the server was restarted, or heard nothing of the session for too long",
    });
  }

  /** It was heard of, if it is there. */
  touch(id: string): void {
    const session = this.#sessions.get(id);
    if (session) session.seen = Date.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #expire(): Promise<void> {
    const oldest = Date.now() - this.#silence;
    for (const { id, seen } of [...this.#sessions.values()]) {
      if (seen >= oldest) continue;
      this.#sessions.delete(id);
      await this.#onEnd(id);
    }
  }
}
