/** The bytes of all requests that are under way, of which a server holds so many and no more. */
import { Refusal } from "./refusal.js";

/** Seconds after which a client that was refused may try again. */
const RETRY_AFTER = 1;

export class InFlight {
  readonly most: number;
  #held = 0;

  constructor(most: number) {
    this.most = most;
  }

  get held(): number {
    return this.#held;
  }

  /** The share of one request, of which nothing is taken yet. */
  open(): Share {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.#held + bytes > this.most) throw this.#full(bytes);
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        this.#held -= mine;
        mine = 0;
      },
    };
  }

  #full(bytes: number): Refusal {
    return new Refusal(
      503,
      {
        code: "server-busy",
        message: "the requests under way are all that the server takes at a time",
        found: `${this.#held} bytes under way, ${bytes} more`,
        expected: `${this.most} bytes at most`,
        remedy: `send it again after ${RETRY_AFTER} s, or fewer requests at a time`,
      },
      { "retry-after": String(RETRY_AFTER) },
    );
  }
}

export interface Share {
  /** Throws `server-busy`, with status 503, where that is more than the server holds. */
  take(bytes: number): void;
  /** Gives back what was taken. Harmless when called again. */
  release(): void;
}
