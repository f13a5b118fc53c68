/** A dashboard over HTTP on loopback, of real runs. */
import fs from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MARKER_HEADER } from "../../../src/apps/dashboard/api/index.js";
import { type DashboardOptions, serveDashboard } from "../../../src/apps/dashboard/serve.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";

/** Serves `folder` at a free port, with a page of one line; `aside` is where that is put. */
export function serve(
  folder: string,
  aside: string,
  changes: Partial<DashboardOptions> = {},
): Promise<HttpServer> {
  const page = join(aside, "page");
  fs.mkdirSync(join(page, "assets"), { recursive: true });
  fs.writeFileSync(join(page, "index.html"), "<!doctype html><title>dashboard</title>");
  fs.writeFileSync(join(page, "assets/app-1a2b.js"), "export {};");
  return serveDashboard({
    folder,
    host: "127.0.0.1",
    port: 0,
    allowHosts: [],
    token: null,
    readOnly: false,
    version: "0.0.0",
    page,
    sampler: fileURLToPath(new URL("../../../dist/apps/dashboard/playground/child.js", import.meta.url)),
    ...changes,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends a request as it is given; no client mends its path or its headers. */
export function ask(
  { url }: HttpServer,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  } = {},
): Promise<Answer> {
  const { port } = new URL(url);
  const { method = "GET", headers = {}, body } = options;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const sending =
    text === undefined
      ? headers
      : {
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(text)),
          [MARKER_HEADER]: "1",
          ...headers,
        };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, method, headers: sending, agent: false },
      async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        resolve({ status: response.statusCode!, headers: response.headers, text });
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}

/** The answer as data. Throws where it is no success. */
export async function get<T>(server: HttpServer, path: string, query: object = {}): Promise<T> {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [key, String(one)]),
  );
  const { status, text } = await ask(
    server,
    pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`,
  );
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text) as T;
}

export const errorOf = ({ text }: Answer): { readonly code: string; readonly [key: string]: unknown } =>
  (JSON.parse(text) as { error: { code: string } }).error;

export interface Event {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Events of a stream, until `close`. */
export async function* events(
  { url }: HttpServer,
  path: string,
  headers: Record<string, string> = {},
): AsyncGenerator<Event, void> {
  const gone = new AbortController();
  const response = await fetch(`${url}${path}`, { headers, signal: gone.signal });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  let rest = "";
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      rest += chunk;
      const blocks = rest.split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) {
        const fields = new Map(
          block.split("\n").map((line) => {
            const colon = line.indexOf(": ");
            return [line.slice(0, colon), line.slice(colon + 2)];
          }),
        );
        const event = fields.get("event");
        if (event !== undefined) yield { event, id: fields.get("id"), data: JSON.parse(fields.get("data")!) };
      }
    }
  } finally {
    gone.abort();
  }
}

/** The next event of a kind. */
export async function next(stream: AsyncGenerator<Event, void>, kind: string): Promise<Event> {
  for (;;) {
    const { value } = await stream.next();
    if (value === undefined) throw new Error(`the stream ended without ${kind}`);
    if (value.event === kind) return value;
  }
}
