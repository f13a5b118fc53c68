/** Addresses of the server, each with the methods that it has. */
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { Refusal } from "../../../io/http/refusal.js";
import { MARKER_HEADER } from "../api/problem.js";

export type Env = { Bindings: HttpBindings };
export type Asked = Context<Env>;
export type Handle = (asked: Asked) => Promise<Response> | Response;

/** Has `path` answered by method. Throws `method-not-allowed` (405) for others, and `marker-missing` (403) where a method changes something and the request does not say so. */
export function resource(app: Hono<Env>, path: string, handlers: Readonly<Record<string, Handle>>): void {
  app.all(path, (asked) => {
    // What answers a GET answers a HEAD, without the body.
    const method = asked.req.method === "HEAD" ? "GET" : asked.req.method;
    const handle = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handle === undefined) throw notAllowed(method, asked.req.path, Object.keys(handlers).join(", "));
    if (method !== "GET" && asked.req.header(MARKER_HEADER) === undefined) throw unmarked(method);
    return handle(asked);
  });
}

/** Throws `server-read-only` (403) where there is a reason why nothing is written. */
export function refuseReadOnly(reason: string | null): void {
  if (reason === null) return;
  throw new Refusal(403, {
    code: "server-read-only",
    message: "This server writes nothing.",
    found: reason,
    remedy: "Start it without --read-only.",
  });
}

const notAllowed = (method: string, path: string, allow: string): Refusal =>
  new Refusal(
    405,
    {
      code: "method-not-allowed",
      message: `${method} is not how to ask at ${path}`,
      found: method,
      expected: allow,
      remedy: `send it as ${allow}`,
    },
    { allow },
  );

const unmarked = (method: string): Refusal =>
  new Refusal(403, {
    code: "marker-missing",
    message: `a ${method} changes something, and must say that it is meant`,
    expected: `the header ${MARKER_HEADER}, with any value`,
    remedy: `send the header: curl -H '${MARKER_HEADER}: 1' …`,
  });
