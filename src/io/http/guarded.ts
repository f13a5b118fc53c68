/**
 * What every server of this program does before it answers: it looks at who asks, lets pages of allowed sites read the answer, and sends errors as
 * `{"error": {…}}` with their status.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SelftrainError } from "../../errors.js";
import { type Allowed, askingOf, checkAsking } from "./origin.js";
import { Refusal } from "./refusal.js";
import type { Token } from "./token.js";

export interface GuardOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly allowed: Allowed;
  /** What a client must show; by default nothing. */
  readonly token?: Pick<Token, "check"> | null;
  /** Headers that every answer has, refusals included. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpServer {
  /** `http://127.0.0.1:8377`. */
  readonly url: string;
  /** Answers the requests that are under way, and takes no more. */
  close(): Promise<void>;
}

/** Answers a request that passed the guards. `signal` is aborted when the client goes away. What it throws is sent, if nothing was sent before. */
export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) => Promise<void>;

export interface Reply {
  /** Of the content, as in `application/json`. */
  readonly type: string;
  readonly content: string | Uint8Array;
}

export const json = (value: unknown): Reply => ({ type: "application/json", content: JSON.stringify(value) });

/** Listens. Throws `serve-address` where it cannot. */
export async function serveGuarded(respond: Respond, options: GuardOptions): Promise<HttpServer> {
  let underWay = 0;
  let closing = false;
  // A browser opens connections in advance that never ask for anything, and keeps those of streams that have ended.
  const letGo = (): void => {
    if (closing && underWay === 0) server.closeAllConnections();
  };
  const server = createServer((request, response) => {
    underWay++;
    response.once("close", () => {
      underWay--;
      letGo();
    });
    void guard(request, response, respond, options);
  });
  await listening(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        server.close(() => resolve());
        letGo();
      }),
  };
}

function listening(server: Server, { host, port }: GuardOptions): Promise<void> {
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

async function guard(
  request: IncomingMessage,
  response: ServerResponse,
  respond: Respond,
  { allowed, token, headers = {} }: GuardOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (allowed.origins.length > 0) response.setHeader("vary", "origin");
  try {
    checkAsking(askingOf(request), allowed);
    const { origin } = request.headers;
    // The page of an allowed site may read the answer.
    if (origin !== undefined && allowed.origins.includes(origin))
      response.setHeader("access-control-allow-origin", origin);
    token?.check(request, response);
    await respond(request, response, gone.signal);
  } catch (error) {
    // The rest of a body that was refused is let through, so that its sender reads why.
    request.resume();
    if (!gone.signal.aborted && !response.headersSent) sendError(response, error);
  }
}

export function send(
  response: ServerResponse,
  status: number,
  { type, content }: Reply,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(content),
    ...headers,
  });
  response.end(content);
}

function sendError(response: ServerResponse, error: unknown): void {
  const { status, headers } = answerOf(error);
  send(response, status, json({ error: detailsOf(error) }), headers);
}

/** Status and headers of an error. A `SelftrainError` that is no `Refusal` is a 422, a bug a 500. */
export const answerOf = (error: unknown): Pick<Refusal, "status" | "headers"> =>
  error instanceof Refusal ? error : { status: error instanceof SelftrainError ? 422 : 500, headers: {} };

/** An error as the answer has it. */
export const detailsOf = (error: unknown): object =>
  error instanceof SelftrainError
    ? error.toJSON()
    : { code: "unexpected", message: (error as Error).message, remedy: "report it" };
