/**
 * A small HTTP server for this machine: fixed addresses, JSON or text in answer. Every request has passed the guards of `guarded.ts`; here it is
 * seen which methods an address has, how large a body is, and how much all of them hold.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { readBody, readBytes } from "./body.js";
import { type GuardOptions, type HttpServer, type Reply, send, serveGuarded } from "./guarded.js";
import { InFlight } from "./in-flight.js";
import { Refusal } from "./refusal.js";

/** A request that has passed the guards. */
export interface Received {
  /** The body as text, to be read once. Throws as `readBody` does. */
  body(): Promise<string>;
  /** The body as it is, in the place of that. */
  bytes(): Promise<Buffer>;
  readonly headers: IncomingHttpHeaders;
  /** Without what follows a ? or #. */
  readonly path: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What answers at an address, by method. A `SelftrainError` that is no `Refusal` is a 422. */
export type Handlers = Readonly<Record<string, (request: Received) => Promise<Reply>>>;
/** Handlers by path, `/vote`; one that ends in `/*` is of all below it. */
export type Routes = Readonly<Record<string, Handlers>>;

export interface HttpOptions extends GuardOptions {
  /** Bytes that one body may have. */
  readonly maxBody: number;
  /** Bytes of the bodies of all requests under way. */
  readonly maxInFlight: number;
}

/** Listens. Throws `serve-address` where it cannot. */
export function serveHttp(routes: Routes, options: HttpOptions): Promise<HttpServer> {
  const inFlight = new InFlight(options.maxInFlight);
  return serveGuarded(
    (request, response, signal) => respond(request, response, { routes, options, inFlight, signal }),
    options,
  );
}

interface Answering {
  readonly routes: Routes;
  readonly options: HttpOptions;
  readonly inFlight: InFlight;
  readonly signal: AbortSignal;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, options, inFlight, signal }: Answering,
): Promise<void> {
  const share = inFlight.open();
  try {
    const handlers = handlersAt(request.url ?? "/", routes);
    if (request.headers.origin !== undefined && request.method === "OPTIONS")
      return preflight(response, handlers);
    const reply = await handlerOf(
      request,
      handlers,
    )({
      body: () => readBody(request, options.maxBody, share),
      bytes: () => readBytes(request, options.maxBody, share),
      headers: request.headers,
      path: pathOf(request.url ?? "/"),
      signal,
    });
    // Before the client knows: its next request finds the room.
    share.release();
    send(response, 200, reply);
  } finally {
    share.release();
  }
}

const pathOf = (url: string): string => url.replace(/[?#].*/s, "");

function handlersAt(url: string, routes: Routes): Handlers {
  const path = pathOf(url);
  const above = Object.keys(routes).find((own) => own.endsWith("/*") && path.startsWith(own.slice(0, -1)));
  const handlers = Object.hasOwn(routes, path) ? routes[path] : routes[above ?? ""];
  if (handlers !== undefined) return handlers;
  throw new Refusal(404, {
    code: "not-found",
    message: `there is nothing at ${path}`,
    found: path,
    expected: Object.keys(routes).join(", "),
    remedy: "check the address",
  });
}

function handlerOf({ method = "GET", url = "/" }: IncomingMessage, handlers: Handlers): Handlers[string] {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler !== undefined) return handler;
  const allow = Object.keys(handlers).join(", ");
  throw new Refusal(
    405,
    {
      code: "method-not-allowed",
      message: `${method} is not how to ask at ${url}`,
      found: method,
      expected: allow,
      remedy: `send it as ${allow}`,
    },
    { allow },
  );
}

/** A browser asks first whether a page of another site may send JSON. */
function preflight(response: ServerResponse, handlers: Handlers): void {
  response.writeHead(204, {
    vary: "origin",
    "access-control-allow-methods": Object.keys(handlers).join(", "),
    "access-control-allow-headers": "content-type",
  });
  response.end();
}
