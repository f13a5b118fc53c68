/**
 * Answers that go on: events, and lines of JSON. Nothing is put aside for a client that is slow: what it is sent next is worked out once it has taken
 * the last. A client that went away is noticed at the next word, or the next beat of an idle stream.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { stream } from "hono/streaming";
import { detailsOf } from "../../../io/http/guarded.js";
import { Refusal } from "../../../io/http/refusal.js";
import type { Asked } from "./resource.js";

/** Streams that are open at a time, where nothing else is said. */
const MOST_STREAMS = 64;
const BEAT_SECONDS = 15;

export interface Events {
  /** Resolves once the client has room for more. */
  send(event: string, data: unknown, id?: string): Promise<void>;
  readonly signal: AbortSignal;
}

export class Streams {
  readonly #closing: AbortSignal;
  readonly #most: number;
  #open = 0;

  /** All streams end when `closing` is aborted. */
  constructor(closing: AbortSignal, most = MOST_STREAMS) {
    this.#closing = closing;
    this.#most = most;
  }

  /** Server-sent events, until `write` is done or the client has gone. */
  events(asked: Asked, write: (events: Events) => Promise<void>): Response {
    asked.header("content-type", "text/event-stream");
    asked.header("cache-control", "no-store");
    return this.#stream(asked, async (put, signal) => {
      await put("retry: 2000\n\n");
      const beat = this.#beat(put, signal);
      try {
        await write({
          send: (event, data, id) =>
            put(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`),
          signal,
        });
      } finally {
        clearInterval(beat);
      }
    });
  }

  /** Lines of JSON. What `write` throws is the last of them, as `{"type": "failed"}`. */
  lines(
    asked: Asked,
    write: (put: (line: unknown) => Promise<void>, signal: AbortSignal) => Promise<void>,
  ): Response {
    asked.header("content-type", "application/x-ndjson");
    asked.header("cache-control", "no-store");
    return this.#stream(asked, async (put, signal) => {
      const line = (value: unknown) => put(`${JSON.stringify(value)}\n`);
      try {
        await write(line, signal);
      } catch (error) {
        if (!signal.aborted) await line({ type: "failed", error: detailsOf(error) });
      }
    });
  }

  #stream(
    asked: Asked,
    write: (put: (text: string) => Promise<void>, signal: AbortSignal) => Promise<void>,
  ): Response {
    if (this.#open >= this.#most)
      throw new Refusal(503, {
        code: "server-busy",
        message: "as many streams are open as the server has",
        found: `${this.#most} streams`,
        remedy: "close a page, and try again",
      });
    this.#open++;
    return stream(asked, async (api) => {
      const gone = new AbortController();
      const end = () => gone.abort();
      api.onAbort(end);
      this.#closing.addEventListener("abort", end, { once: true });
      if (this.#closing.aborted) end();
      try {
        await write(async (text) => {
          if (!gone.signal.aborted) await api.write(text);
        }, gone.signal);
      } finally {
        this.#closing.removeEventListener("abort", end);
        this.#open--;
      }
    });
  }

  #beat(put: (text: string) => Promise<void>, signal: AbortSignal): NodeJS.Timeout {
    let taken = true;
    return setInterval(() => {
      // A client that does not take one beat is not sent another.
      if (signal.aborted || !taken) return;
      taken = false;
      void put(": \n\n").then(() => {
        taken = true;
      });
    }, BEAT_SECONDS * 1000).unref();
  }
}

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});
