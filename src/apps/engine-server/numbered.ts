/** The operations of a client by number: each is done once, in the order of the numbers, whatever order or how often they come in. */
import { createHash } from "node:crypto";
import { Refusal } from "../../io/http/refusal.js";

/** Operations that wait for one with a lower number. */
const MOST_WAITING = 1024;

export const fingerprint = (path: string, body: Uint8Array): string =>
  createHash("sha256").update(path).update("\0").update(body).digest("hex");

/** What was accepted under a number. */
interface Accepted {
  readonly fingerprint: string;
  readonly requestId: string;
}

/** Numbers that were used, with what for. */
export class Once {
  readonly #accepted = new Map<string | number, Accepted>();

  /** The operation that was accepted before, or what `accept` makes. Throws `sequence-conflict` (409) where the number stands for another one. */
  take(number: string | number, own: string, accept: () => string): string {
    const known = this.#accepted.get(number);
    if (known) {
      if (known.fingerprint === own) return known.requestId;
      throw new Refusal(409, {
        code: "sequence-conflict",
        message: "this number was used for another request",
        found: String(number),
        expected: "a number for each operation, and the same bytes where it is sent again",
        remedy: "count on, or send the first request's bytes",
      });
    }
    const requestId = accept();
    this.#accepted.set(number, { fingerprint: own, requestId });
    return requestId;
  }
}

interface Waiting {
  readonly run: () => Promise<void>;
}

/** One model's operations: number n is begun when n − 1 has ended. The first is 1. */
export class InOrder {
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #busy = false;

  /** Throws `sequence-ahead` (429) where too many wait already. */
  run<T>(number: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size >= MOST_WAITING) {
      throw new Refusal(
        429,
        {
          code: "sequence-ahead",
          message: "too many operations wait for one that has not come in",
          found: `operation ${number}`,
          expected: `operation ${this.#next}`,
          remedy: "send operations in the order of their numbers",
        },
        { "retry-after": "1" },
      );
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(number, { run: () => work().then(resolve, reject) });
      void this.#go();
    });
  }

  async #go(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let own = this.#waiting.get(this.#next); own; own = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      await own.run();
      this.#next++;
    }
    this.#busy = false;
  }
}
