/** Operations that a server has accepted, and their results, which are asked for until they are there. */
import type { SelftrainError } from "../../../errors.js";
import { type Fields, fieldsOf, parseJson, stringOf } from "../wire/fields.js";
import { ownDetails, refused, replyLost } from "./errors.js";
import type { Answer, Request, Transport } from "./transport.js";

/** How a result is read, and in which form it is asked for. */
export interface Reading<T> {
  readonly accept: string;
  readonly decode: (body: Uint8Array) => T;
}

/** Times that an answer that cannot be read is asked for again: it may have been cut off on its way. */
const READINGS = 3;

export const JSON_RESULT: Reading<Fields> = {
  accept: "application/json",
  decode: (body) => fieldsOf(parseJson(body, "the answer"), "the answer"),
};

/** Sends what is answered at once, with JSON. */
export async function ask(transport: Transport, request: Request): Promise<Fields> {
  const { body } = await transport.send(request);
  return JSON_RESULT.decode(body);
}

export class Future<T> {
  readonly #transport: Transport;
  readonly #requestId: string;
  readonly #reading: Reading<T>;
  readonly #what: string;
  /** One poll at a time, and its end is kept: some servers give a result once. */
  #result: Promise<T> | null = null;

  constructor(transport: Transport, requestId: string, what: string, reading: Reading<T>) {
    this.#transport = transport;
    this.#requestId = requestId;
    this.#what = what;
    this.#reading = reading;
  }

  /** Throws as `Transport.send` does, and what the operation failed with. */
  result(): Promise<T> {
    this.#result ??= this.#wait();
    return this.#result;
  }

  async #wait(): Promise<T> {
    let unreadable: unknown = null;
    for (let readings = 0; readings < READINGS; ) {
      const answer = await this.#poll();
      const state = answer.contentType.startsWith("application/json") ? stateOf(answer.body) : null;
      if (state?.type === "try_again") continue;
      const failure = state && failureOf(state, this.#what, (text) => this.#transport.redact(text));
      if (failure) throw failure;
      try {
        return this.#reading.decode(answer.body);
      } catch (error) {
        unreadable = error;
        readings++;
      }
    }
    throw unreadable;
  }

  async #poll(): Promise<Answer> {
    try {
      return await this.#transport.send({
        path: "retrieve_future",
        poll: true,
        waits: true,
        body: { request_id: this.#requestId },
        accept: this.#reading.accept,
      });
    } catch (error) {
      // Servers that give a result once: the answer that held it is lost.
      const { found } = error as SelftrainError;
      if (/already retrieved/i.test(String(found))) throw replyLost(this.#what, String(found));
      throw error;
    }
  }
}

/** The fields of an answer that may be no result; null of one that cannot be read, which is asked for again. */
function stateOf(body: Uint8Array): Fields | null {
  try {
    return JSON_RESULT.decode(body);
  } catch {
    return null;
  }
}

function failureOf(state: Fields, what: string, redact: (text: string) => string): SelftrainError | null {
  const failed = typeof state.error === "string" || state.type === "RequestFailedResponse";
  if (!failed) return null;
  const said = typeof state.error === "string" ? state.error : JSON.stringify(state);
  return refused(what, 0, redact(said.slice(0, 500)), ownDetails(state));
}

/** Hands an operation to the server. Throws as `Transport.send` does. */
export async function start<T>(
  transport: Transport,
  request: Request,
  reading: Reading<T>,
): Promise<Future<T>> {
  const accepted = await ask(transport, request);
  return new Future(transport, stringOf(accepted.request_id, "request_id"), request.path, reading);
}
