/**
 * A small HTTP server for this machine: fixed addresses, JSON or text in answer, and errors as `{"error": {…}}`. Every
 * request passes the same guards: who asks, which methods an address has, how large a body is, and how much all of them hold.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SelftrainError } from "../../errors.js";
import { readBody } from "./body.js";
import { InFlight } from "./in-flight.js";
import { type Allowed, checkAsking } from "./origin.js";
import { Refusal } from "./refusal.js";

/** A request that has passed the guards. */
export interface Received {
  /** The body as text, to be read once. Throws as `readBody` does. */
  body(): Promise<string>;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface Reply {
  /** Of the content, as in `application/json`. */
  readonly type: string;
  readonly content: string;
}

/** What answers at an address, by method. A `SelftrainError` that is no `Refusal` is a 422. */
export type Handlers = Readonly<Record<string, (request: Received) => Promise<Reply>>>;
/** Handlers by path, `/vote`. */
export type Routes = Readonly<Record<string, Handlers>>;

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Bytes that one body may have. */
  readonly maxBody: number;
  /** Bytes of the bodies of all requests under way. */
  readonly maxInFlight: number;
  readonly allowed: Allowed;
}

export interface HttpServer {
  /** `http://127.0.0.1:8377`. */
  readonly url: string;
  /** Answers the requests that are under way, and takes no more. */
  close(): Promise<void>;
}

export const json = (value: unknown): Reply => ({
  type: "application/json",
  content: JSON.stringify(value),
});

/** Listens. Throws `serve-address` where it cannot. */
export async function serveHttp(routes: Routes, options: HttpOptions): Promise<HttpServer> {
  const inFlight = new InFlight(options.maxInFlight);
  const server = createServer(
    (request, response) => void respond(request, response, routes, options, inFlight),
  );
  await listening(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listening(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new SelftrainError(
          {
            code: "serve-address",
            message: `cannot listen at ${host}:${port}: ${cause.message}`,
            found: cause.code,
            where: `${host}:${port}`,
            remedy: "give another --port (0 takes a free one) or --host",
          },
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  options: HttpOptions,
  inFlight: InFlight,
): Promise<void> {
  const send = (status: number, { type, content }: Reply, headers: Refusal["headers"] = {}): void => {
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(content),
      ...(options.allowed.origins.length > 0 ? { vary: "origin" } : {}),
      ...headers,
    });
    response.end(content);
  };
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const share = inFlight.open();
  try {
    const { host, origin } = request.headers;
    checkAsking({ host, origin }, options.allowed);
    // The page of an allowed site may read the answer.
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
    const handlers = handlersAt(request.url ?? "/", routes);
    if (origin !== undefined && request.method === "OPTIONS") return preflight(response, handlers);
    const reply = await handlerOf(
      request,
      handlers,
    )({ body: () => readBody(request, options.maxBody, share), signal: gone.signal });
    // Before the client knows: its next request finds the room.
    share.release();
    send(200, reply);
  } catch (error) {
    share.release();
    // The rest of a body that was refused is let through, so that its sender reads why.
    request.resume();
    if (gone.signal.aborted) return;
    const { status, headers } = error instanceof Refusal ? error : { status: statusOf(error), headers: {} };
    send(status, json({ error: detailsOf(error) }), headers);
  }
}

const statusOf = (error: unknown): number => (error instanceof SelftrainError ? 422 : 500);

const detailsOf = (error: unknown): object =>
  error instanceof SelftrainError
    ? error.toJSON()
    : { code: "unexpected", message: (error as Error).message, remedy: "report it" };

function handlersAt(url: string, routes: Routes): Handlers {
  const path = url.replace(/[?#].*/s, "");
  const handlers = Object.hasOwn(routes, path) ? routes[path] : undefined;
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
