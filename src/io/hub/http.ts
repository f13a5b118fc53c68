/** Requests to the hub: the token for its own host alone, a limit on silence, retries where waiting may help. */
import { setTimeout as sleep } from "node:timers/promises";
import { refused, retryAfter, type Subject, unreachable } from "./http-errors.js";
import type { HubSettings } from "./settings.js";

export interface Call {
  readonly settings: HubSettings;
  readonly subject: Subject;
  readonly signal?: AbortSignal | undefined;
}

/** A server that asks to wait longer than this, in seconds, is left alone. */
const longestWait = 60;

/** An answer whose body is still to be read, under the same limit on silence. */
export interface Opened {
  readonly headers: Headers;
  readonly status: number;
  /** Chunks of the body. Throws where the connection breaks, or nothing comes for `idleMs`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The first successful answer. Throws what `refused` and `unreachable` say, and an `AbortError` on `signal`. */
export async function openUrl(url: string, headers: Record<string, string>, call: Call): Promise<Opened> {
  const { settings, subject, signal } = call;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const silence = new Silence(settings.idleMs);
    let wait: number | null = settings.retryMs * 2 ** attempt;
    let failure: Error;
    try {
      const response = await fetch(url, {
        headers: { ...headers, ...authorization(url, settings) },
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      });
      if (response.ok) {
        return { headers: response.headers, status: response.status, body: chunksOf(response, silence) };
      }
      silence.over();
      failure = refused(response, subject, settings);
      wait = waitAfter(response, wait);
      await response.body?.cancel();
    } catch (cause) {
      silence.over();
      signal?.throwIfAborted();
      failure = unreachable(cause, subject, settings);
    }
    if (wait === null || attempt >= settings.retries) throw failure;
    await sleep(wait, undefined, { signal });
  }
}

/** A `fetch` for @huggingface/hub, whose answers are read whole. */
export function hubFetch(call: Call): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const { body, headers, status } = await openUrl(
      url,
      Object.fromEntries(new Headers(init?.headers)),
      call,
    );
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of body) chunks.push(chunk);
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw unreachable(cause, call.subject, call.settings);
    }
    return new Response(Buffer.concat(chunks), { status, headers });
  };
}

/** A redirect to another host loses the header on the way: the fetch standard has it so, and a test holds Node to it. */
function authorization(url: string, { endpoint, token }: HubSettings): Record<string, string> {
  const own = new URL(url).origin === new URL(endpoint).origin;
  return token !== null && own ? { authorization: `Bearer ${token}` } : {};
}

/** Milliseconds to wait before another attempt; null where none would help. */
function waitAfter(response: Response, usual: number): number | null {
  const { status } = response;
  const asked = retryAfter(response);
  if (status !== 429 && status !== 408 && status < 500) return null;
  if (asked === null) return usual;
  return asked <= longestWait ? Math.max(usual, asked * 1000) : null;
}

async function* chunksOf(response: Response, silence: Silence): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      silence.broken();
      yield chunk;
    }
  } finally {
    silence.over();
  }
}

/** Aborts what has heard nothing for a while. */
class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number) {
    const reason = new Error(`nothing came for ${idleMs / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), idleMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  broken(): void {
    this.#timer.refresh();
  }

  over(): void {
    clearTimeout(this.#timer);
  }
}
