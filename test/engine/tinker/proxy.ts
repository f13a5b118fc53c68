/** Stands between a client and a server, and does to what passes what networks and other servers do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Passing {
  /** Below `/api/v1/`. */
  readonly path: string;
  /** Of this path, from 0. */
  readonly count: number;
  readonly body: Buffer;
}

export type Fault =
  /** The connection ends before the server has heard of it. */
  | { readonly kind: "drop-before" }
  /** The server has done it, and its answer is lost. */
  | { readonly kind: "drop-after" }
  /** The answer breaks off. */
  | { readonly kind: "truncate" }
  /** The request arrives twice. */
  | { readonly kind: "duplicate" }
  /** What stands before the server answers, and the server has heard nothing. */
  | { readonly kind: "status"; readonly status: number; readonly body?: string };

export interface ProxyPlan {
  readonly fault?: (passing: Passing) => Fault | null;
  /** Another request in the place of one. */
  readonly request?: ((path: string, body: Buffer) => Buffer) | undefined;
  /** Another JSON answer in the place of one. */
  readonly answer?: ((path: string, answer: Record<string, unknown>, body: Buffer) => unknown) | undefined;
}

export interface Tampering {
  readonly url: string;
  plan: ProxyPlan;
  /** Requests that came, by path. */
  readonly counts: Record<string, number>;
  close(): Promise<void>;
}

export async function startProxy(target: () => string): Promise<Tampering> {
  const proxy = {
    url: "",
    plan: {} as ProxyPlan,
    counts: {} as Record<string, number>,
    close: async () => {},
  };
  const server = createServer((request, response) => void pass(request, response));
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url!.replace("/api/v1/", "");
    const body = Buffer.concat(chunks);
    const count = proxy.counts[path] ?? 0;
    proxy.counts[path] = count + 1;
    const fault = proxy.plan.fault?.({ path, count, body }) ?? null;
    if (fault?.kind === "drop-before") return void request.socket.destroy();
    if (fault?.kind === "status") {
      response.writeHead(fault.status, { "content-type": "text/plain" });
      return void response.end(fault.body ?? "");
    }
    const sent = proxy.plan.request?.(path, body) ?? body;
    const forward = () =>
      fetch(`${target()}${request.url}`, {
        method: request.method!,
        headers: {
          ...(request.headers as Record<string, string>),
          "content-length": String(sent.length),
          host: "localhost",
        },
        ...(request.method === "POST" ? { body: sent as unknown as BodyInit } : {}),
      });
    try {
      if (fault?.kind === "duplicate") await (await forward()).arrayBuffer();
      const answer = await forward();
      let content = Buffer.from(await answer.arrayBuffer());
      if (fault?.kind === "drop-after") return void request.socket.destroy();
      const type = answer.headers.get("content-type") ?? "";
      if (proxy.plan.answer && answer.ok && type.startsWith("application/json"))
        content = Buffer.from(JSON.stringify(proxy.plan.answer(path, JSON.parse(content.toString()), body)));
      response.writeHead(answer.status, { "content-type": type, "content-length": content.length });
      if (fault?.kind !== "truncate") return void response.end(content);
      response.write(content.subarray(0, content.length / 2));
      setTimeout(() => request.socket.destroy(), 5);
    } catch {
      request.socket.destroy();
    }
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return proxy;
}
