/** Operations on one model, in series: each has the next number, and is sent when the one before was accepted. */
import { type Future, type Reading, start } from "../transport/futures.js";
import type { Request, Transport } from "../transport/transport.js";

export class TrainingQueue {
  readonly #transport: Transport;
  readonly #repeatable: boolean;
  #next = 1;
  #last: Promise<unknown> = Promise.resolve();

  /** `repeatable`: the server recognises an operation by its number, and does none twice. */
  constructor(transport: Transport, repeatable: boolean) {
    this.#transport = transport;
    this.#repeatable = repeatable;
  }

  /** Resolves when the server has accepted. A number is used up by that alone: what was refused leaves no hole. */
  submit<T>(make: (seqId: number) => Request, reading: Reading<T>): Promise<Future<T>> {
    const sent = this.#last.then(async () => {
      const request = { ...make(this.#next), repeatable: this.#repeatable };
      const future = await start(this.#transport, request, reading);
      this.#next++;
      return future;
    });
    this.#last = sent.catch(() => {});
    return sent;
  }
}
