/** Requests to a server and its answers: one at a time, repeated as the table of `retry.ts` says, and never with the key in an error. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SelftrainError } from "../../../errors.js";
import { answerGone, ownDetails, refused, replyLost, unreachable } from "./errors.js";
import { type Broken, delayOf, PATIENCE, type Patience, POLL, POST, type Rule, ruleFor } from "./retry.js";

export interface TransportOptions {
  /** With the path before `/api/v1`, where there is one. */
  readonly url: string;
  /** Null where the server wants none. */
  readonly key: string | null;
  readonly patience?: Partial<Patience> | undefined;
}

export interface Request {
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly method?: "GET" | "POST" | "DELETE";
  /** JSON, or bytes of `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** A poll changes nothing. */
  readonly poll?: boolean;
  /** The server may hold it until there is an answer. */
  readonly waits?: boolean;
  /** Whether the server recognises what it has accepted already. */
  readonly repeatable?: boolean;
  /** Nothing depends on it: it is sent once. */
  readonly once?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

interface Failed {
  readonly got: number | Broken;
  readonly rule: Rule;
  readonly said: string;
  readonly error: SelftrainError;
  /** Milliseconds, where the server said when to come again. */
  readonly retryAfter: number | null;
}

/** Nothing listened: what was sent was not received. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

export class Transport {
  readonly #url: string;
  readonly patience: Patience;
  #key: string | null;

  constructor({ url, key, patience }: TransportOptions) {
    this.#url = url.endsWith("/") ? url.slice(0, -1) : url;
    this.#key = key;
    this.patience = { ...PATIENCE, ...patience };
  }

  get url(): string {
    return this.#url;
  }

  /** What is sent as the key, for a thread that sends requests of its own. */
  get key(): string | null {
    return this.#key;
  }

  /** A key that the server gave in the place of the first. */
  useKey(key: string): void {
    this.#key = key;
  }

  /**
   * The answer of status 2xx. Throws `tinker-unreachable`, `tinker-reply-lost`, `tinker-answer-gone`, `tinker-model-lost`,
   * `tinker-key-refused`, `tinker-refused`, and an error of our own server as it is.
   */
  async send(request: Request): Promise<Answer> {
    const { total, pauseTotal } = this.patience;
    let failures = 0;
    let sameRule = 0;
    let last: Rule | null = null;
    let began = 0;
    for (;;) {
      const got = await this.#once(request);
      if ("body" in got) return got;
      const { rule, error } = got;
      if (failures++ === 0) began = Date.now();
      sameRule = last === rule ? sameRule + 1 : 0;
      last = rule;
      if (rule.reaction === "fail" || request.once === true) throw error;
      if (rule.reaction === "gone") throw answerGone(request.path);
      if (rule.reaction === "lost" && request.repeatable !== true) throw replyLost(request.path, got.said);
      const wait = delayOf(rule, sameRule, this.patience, got.retryAfter);
      const limit = rule.reaction === "pause" ? pauseTotal : total;
      const spent = Date.now() - began + wait > limit;
      if ((spent && rule.reaction !== "again") || (rule.most !== undefined && sameRule >= rule.most))
        throw error;
      await sleep(wait);
    }
  }

  async #once(request: Request): Promise<Answer | Failed> {
    const table = request.poll || (request.method ?? "POST") === "GET" ? POLL : POST;
    let response: Response;
    let body: Uint8Array;
    try {
      response = await fetch(`${this.#url}/api/v1/${request.path}`, this.#init(request));
      body = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      const { got, said } = this.#broken(cause, request);
      const error = unreachable(`${this.#url}/api/v1/${request.path}`, said);
      return { got, rule: ruleFor(table, got, true), said, error, retryAfter: null };
    }
    const { status, headers } = response;
    if (response.ok) return { status, contentType: headers.get("content-type") ?? "", body };
    const { said, own, bare } = this.#explanation(body);
    const again = headers.get("x-should-retry");
    const rule =
      again === "false"
        ? { on: [status, status] as const, reaction: "fail" as const }
        : ruleFor(table, status, bare);
    return {
      got: status,
      rule,
      said: `${status}: ${said}`,
      error: refused(request.path, status, said, own),
      retryAfter: retryAfter(headers),
    };
  }

  #init({ method = "POST", body, contentType, accept }: Request): RequestInit {
    const bytes = body instanceof Uint8Array;
    return {
      method,
      headers: {
        ...(this.#key === null ? {} : { "x-api-key": this.#key }),
        accept: accept ?? "application/json",
        ...(method === "POST" ? { "content-type": contentType ?? "application/json" } : {}),
      },
      ...(method === "POST" ? { body: bytes ? (body as BodyInit) : JSON.stringify(body ?? {}) } : {}),
      // A key is not handed on to wherever a server points.
      redirect: "error",
      signal: AbortSignal.timeout(this.patience.timeout),
    };
  }

  #broken(cause: unknown, { waits = false }: Request): { got: Broken; said: string } {
    const { name, message, cause: below } = cause as Error & { cause?: { code?: string; message?: string } };
    const code = below?.code;
    const said = this.redact([message, code ?? below?.message].filter(Boolean).join(": "));
    if (waits && name === "TimeoutError") return { got: "silent", said };
    return { got: code !== undefined && UNSENT.has(code) ? "refused" : "broken", said };
  }

  /** What the body of an error explains, at most a few lines of it. */
  #explanation(body: Uint8Array) {
    const text = this.redact(new TextDecoder().decode(body).slice(0, 65_536)).trim();
    try {
      const fields = JSON.parse(text) as Record<string, unknown>;
      const said = fields.detail ?? fields.message ?? fields.error ?? fields;
      return {
        said: typeof said === "string" ? said.slice(0, 500) : JSON.stringify(said).slice(0, 500),
        own: ownDetails(fields),
        bare: fields.detail === undefined && fields.error === undefined && fields.message === undefined,
      };
    } catch {
      return { said: text.slice(0, 300) || "no explanation", own: null, bare: true };
    }
  }

  redact(text: string): string {
    return this.#key === null || this.#key === "" ? text : text.replaceAll(this.#key, "(key)");
  }
}

function retryAfter(headers: Headers): number | null {
  const milliseconds = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 ? 1000 * seconds : null;
}
