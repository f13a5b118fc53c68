/**
 * A hub on this machine: a real HTTP server that answers as huggingface.co does, and a second one, another origin, for
 * the large files. Faults are put in the way of requests; every request is remembered.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

export interface FakeRepo {
  readonly type?: "model" | "dataset";
  readonly name: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Branches and tags that lead to the commit; `main` by default. */
  readonly refs?: readonly string[];
  /** The token that may read it. */
  readonly token?: string;
  readonly gated?: boolean;
}

export interface Seen {
  readonly server: "hub" | "cdn";
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** What happens to a request in the place of its answer, or to the answer. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks behind so many bytes of the body. */
  | { readonly cutAfter: number }
  /** The server ends the body there, as if it were whole. */
  | { readonly endAfter: number }
  /** The server falls silent there. */
  | { readonly silentAfter: number }
  /** The first byte is another. */
  | { readonly corrupt: true }
  | { readonly ignoreRange: true }
  /** A tenth of the body at a time, so long after another. */
  | { readonly everyMs: number }
  | { readonly delayMs: number };

const sha1 = (data: Uint8Array) => createHash("sha1").update(data).digest("hex");
export const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
/** The name that git gives to a content. */
export const gitOid = (data: Uint8Array) => sha1(Buffer.concat([Buffer.from(`blob ${data.length}\0`), data]));
const isLarge = (path: string) => /\.(safetensors|parquet|bin)$/.test(path);

interface Commit {
  readonly repo: FakeRepo;
  readonly commit: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

export class FakeHub {
  readonly seen: Seen[] = [];
  /** Entries on a page of a listing. */
  pageSize = 3;
  readonly #servers: Server[] = [];
  /** Kept when the servers are gone. */
  readonly #addresses: string[] = [];
  readonly #commits: Commit[] = [];
  readonly #large = new Map<string, Buffer>();
  #faults: { on: RegExp; fault: Fault; times: number }[] = [];

  /** Stopped after the test. */
  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    running.push(hub);
    for (const name of ["hub", "cdn"] as const) {
      const server = createServer((request, response) => void hub.#handle(name, request, response));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      hub.#servers.push(server);
      hub.#addresses.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    return hub;
  }

  get url(): string {
    return this.#addresses[0]!;
  }

  /** Puts a commit on the hub; later ones take its refs over. Returns the commit. */
  add(repo: FakeRepo): string {
    const files = new Map(Object.entries(repo.files).map(([path, content]) => [path, Buffer.from(content)]));
    for (const [path, data] of files) if (isLarge(path)) this.#large.set(sha256(data), data);
    const commit = sha1(Buffer.from(JSON.stringify([repo.name, [...files].map(([p, d]) => [p, sha1(d)])])));
    this.#commits.unshift({ repo, commit, files });
    return commit;
  }

  /** Puts a fault in the way of the next `times` requests whose `server/path` matches. */
  fault(on: RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ on, fault, times });
  }

  /** `hub/path` and `cdn/path` of the requests so far, query left out. */
  get paths(): string[] {
    return this.seen.map(({ server, path }) => `${server}${path.split("?")[0]}`);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #handle(server: "hub" | "cdn", request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!;
    const { authorization, range } = request.headers;
    this.seen.push({ server, path, authorization, range });
    const met = this.#faults.find(({ on, times }) => times > 0 && on.test(`${server}${path}`));
    if (met) met.times--;
    const fault = met?.fault;
    if (fault && "status" in fault) {
      response.writeHead(fault.status, fault.headers).end("a fault");
      return;
    }
    if (fault && "delayMs" in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (server === "cdn") {
      const data = this.#large.get(path.split("/")[1]!.split("?")[0]!)!;
      sendFile(request, response, data, fault);
    } else this.#answer(new URL(path, this.url), request, response, fault);
  }

  #answer(url: URL, request: IncomingMessage, response: ServerResponse, fault?: Fault): void {
    const refuse = (status: number, code: string, message: string) =>
      response
        .writeHead(status, {
          "x-error-code": code,
          "x-error-message": message,
          "content-type": "application/json",
        })
        .end(JSON.stringify({ error: message }));
    const api = /^\/api\/(models|datasets)\/(.+?)\/(revision|tree)\/(.+)$/.exec(url.pathname);
    const file = /^\/(datasets\/)?(.+?)\/(resolve)\/([^/]+)\/(.+)$/.exec(url.pathname);
    const [, kind, name, action, revision, path] = (api ?? file ?? []).map(
      (part) => part && decodeURIComponent(part),
    );
    const type = kind?.startsWith("datasets") ? "dataset" : "model";
    const repos = this.#commits.filter(({ repo }) => repo.name === name && (repo.type ?? "model") === type);
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    const first = repos[0]?.repo;
    // As the hub does, which does not tell a stranger what exists.
    if (!first || (first.token !== undefined && token !== first.token && !first.gated)) {
      if (token === undefined) refuse(401, "RepoNotFound", "Invalid username or password.");
      else refuse(404, "RepoNotFound", "Repository not found");
      return;
    }
    const found = repos.find(
      ({ repo, commit }) => commit === revision || (repo.refs ?? ["main"]).includes(revision!),
    );
    if (!found) return void refuse(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    if (action === "revision") {
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          _id: "1",
          id: name,
          sha: found.commit,
          private: false,
          lastModified: "2026-01-01T00:00:00Z",
        }),
      );
      return;
    }
    if (action === "tree") {
      this.#list(url, found, response);
      return;
    }
    if (first.gated && token !== first.token) {
      refuse(token === undefined ? 401 : 403, "GatedRepo", `Access to model ${name} is restricted.`);
      return;
    }
    const data = found.files.get(path!);
    if (!data) return void refuse(404, "EntryNotFound", "Entry not found");
    response.setHeader("x-repo-commit", found.commit);
    if (!isLarge(path!)) {
      response.setHeader("etag", `"${gitOid(data)}"`);
      sendFile(request, response, data, fault);
      return;
    }
    response
      .writeHead(302, {
        "x-linked-etag": `"${sha256(data)}"`,
        "x-linked-size": data.length,
        location: `${this.#addresses[1]}/${sha256(data)}?signature=secret`,
      })
      .end();
  }

  #list(url: URL, { files }: Commit, response: ServerResponse): void {
    const folders = new Set(
      [...files.keys()].flatMap((path) =>
        path
          .split("/")
          .slice(0, -1)
          .map((_, i, all) => all.slice(0, i + 1).join("/")),
      ),
    );
    const entries = [
      ...[...folders].map((path) => ({ type: "directory", oid: "0".repeat(40), size: 0, path })),
      ...[...files].map(([path, data]) => ({
        type: "file",
        oid: isLarge(path) ? gitOid(Buffer.from(`pointer to ${path}`)) : gitOid(data),
        size: data.length,
        path,
        ...(isLarge(path) ? { lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } } : {}),
      })),
    ];
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const next = new URL(url);
    next.searchParams.set("cursor", String(from + this.pageSize));
    const more = from + this.pageSize < entries.length;
    response
      .writeHead(200, {
        "content-type": "application/json",
        ...(more ? { link: `<${next}>; rel="next"` } : {}),
      })
      .end(JSON.stringify(entries.slice(from, from + this.pageSize)));
  }
}

function sendFile(request: IncomingMessage, response: ServerResponse, data: Buffer, fault?: Fault): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const ranged = start > 0 && !(fault && "ignoreRange" in fault);
  const body = Buffer.from(ranged ? data.subarray(start) : data);
  if (fault && "corrupt" in fault) body[0]! ^= 0xff;
  response.writeHead(ranged ? 206 : 200, {
    ...(ranged ? { "content-range": `bytes ${start}-${data.length - 1}/${data.length}` } : {}),
    // A server that ends too early has announced it so.
    "content-length": fault && "endAfter" in fault ? Math.min(fault.endAfter, body.length) : body.length,
  });
  if (request.method === "HEAD") response.end();
  else if (fault && "cutAfter" in fault)
    response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
  else if (fault && "everyMs" in fault) void sendSlowly(response, body, fault.everyMs);
  else if (fault && "silentAfter" in fault) response.write(body.subarray(0, fault.silentAfter));
  else if (fault && "endAfter" in fault) response.end(body.subarray(0, fault.endAfter));
  else response.end(body);
}

async function sendSlowly(response: ServerResponse, body: Buffer, everyMs: number): Promise<void> {
  const piece = Math.ceil(body.length / 10);
  for (let at = 0; at < body.length; at += piece) {
    response.write(body.subarray(at, at + piece));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  response.end();
}

const running: FakeHub[] = [];
afterEach(async () => {
  for (const hub of running.splice(0)) await hub.stop();
});
