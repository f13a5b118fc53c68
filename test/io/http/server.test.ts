/** The guards that every request passes, over HTTP on loopback. */
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SelftrainError } from "../../../src/errors.js";
import { type HttpServer, json } from "../../../src/io/http/guarded.js";
import { type Received, serveHttp } from "../../../src/io/http/server.js";

const MOST = 1000;
const IN_FLIGHT = 1500;

let server: HttpServer;
/** What a held request waits for. */
let letGo: () => void;
let held: Promise<void>;
const hold = () => {
  held = new Promise((resolve) => {
    letGo = resolve;
  });
};
/** Called when the request that waits has come, and when it is aborted. */
let waiting = () => {};
let aborted = () => {};

beforeAll(async () => {
  hold();
  server = await serveHttp(
    {
      "/echo": { POST: async ({ body }: Received) => json({ body: await body() }) },
      "/held": {
        POST: async ({ body }: Received) => {
          await body();
          await held;
          return json({});
        },
      },
      "/waits": {
        POST: async ({ signal }: Received) => {
          const end = new Promise((resolve) => signal.addEventListener("abort", resolve));
          waiting();
          await end;
          aborted();
          throw signal.reason;
        },
      },
      "/both": { GET: async () => ({ type: "text/plain", content: "ünï" }), POST: async () => json(1) },
      "/refuses": {
        GET: async () => {
          throw new SelftrainError({ code: "no-such", message: "m", remedy: "r" });
        },
      },
      "/fails": {
        GET: async () => {
          throw new TypeError("undefined is not a function");
        },
      },
    },
    {
      host: "127.0.0.1",
      port: 0,
      maxBody: MOST,
      maxInFlight: IN_FLIGHT,
      allowed: { hosts: ["own.example"], origins: ["https://lab.example"] },
    },
  );
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

function start(path: string, options: RequestOptions = {}): { sent: ClientRequest; answer: Promise<Answer> } {
  const sent = request(`${server.url}${path}`, { method: "POST", ...options });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode!, headers: response.headers, text });
    });
  });
  return { sent, answer };
}

function send(path: string, body?: string | Uint8Array, options: RequestOptions = {}): Promise<Answer> {
  const { sent, answer } = start(path, options);
  sent.end(body);
  return answer;
}

const errorOf = ({ text }: Answer) => (JSON.parse(text) as { error: unknown }).error;

describe("a request", () => {
  it("is answered by its path and method", async () => {
    expect(await send("/echo?a=1", "hällo")).toMatchObject({ status: 200, text: '{"body":"hällo"}' });
    const plain = await send("/both", undefined, { method: "GET" });
    expect(plain).toMatchObject({ status: 200, text: "ünï", headers: { "content-type": "text/plain" } });
  });

  it.each(["/nothing", "/", "//", "/echo/", "/toString", "/%65cho", "*"])(
    "at %s finds nothing",
    async (path) => {
      const answer = await send("", "", { path });
      expect(answer.status).toBe(404);
      expect(errorOf(answer)).toMatchObject({
        code: "not-found",
        expected: expect.stringContaining("/echo"),
      });
    },
  );

  it.each([
    ["/echo", "GET", "POST"],
    ["/echo", "OPTIONS", "POST"],
    ["/both", "DELETE", "GET, POST"],
  ])("%s with %s is told what is allowed", async (path, method, allow) => {
    const answer = await send(path, undefined, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow } });
    expect(errorOf(answer)).toMatchObject({ code: "method-not-allowed", found: method, expected: allow });
  });

  it("that cannot be met is 422 for our errors, and 500 for a bug", async () => {
    const [refused, failed] = [
      await send("/refuses", "", { method: "GET" }),
      await send("/fails", "", { method: "GET" }),
    ];
    expect([refused.status, errorOf(refused)]).toMatchObject([422, { code: "no-such" }]);
    expect([failed.status, errorOf(failed)]).toMatchObject([500, { code: "unexpected" }]);
  });

  it("is aborted when its client goes away", async () => {
    const came = new Promise<void>((resolve) => (waiting = resolve));
    const ended = new Promise<void>((resolve) => (aborted = resolve));
    const { sent, answer } = start("/waits");
    sent.end();
    await came;
    sent.destroy();
    await expect(answer).rejects.toThrow();
    await ended;
  });
});

describe("who asks", () => {
  it.each(["evil.example", "evil.example:80"])("must not name the foreign host %s", async (host) => {
    const answer = await send("/echo", "x", { headers: { host } });
    expect(answer.status).toBe(403);
    expect(errorOf(answer)).toMatchObject({ code: "host-not-allowed", found: host });
  });

  it("may name a host that is allowed", async () => {
    expect((await send("/echo", "x", { headers: { host: "own.example:1" } })).status).toBe(200);
  });

  it.each(["POST", "OPTIONS"])("must not be a page (%s)", async (method) => {
    const answer = await send("/echo", undefined, { method, headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(errorOf(answer)).toMatchObject({ code: "origin-not-allowed", found: "https://evil.example" });
  });

  it("may be a page that is allowed, which reads answers and refusals", async () => {
    const headers = { origin: "https://lab.example" };
    const first = await send("/echo", undefined, { method: "OPTIONS", headers });
    expect(first).toMatchObject({
      status: 204,
      headers: { "access-control-allow-methods": "POST", "access-control-allow-headers": "content-type" },
    });
    for (const answer of [
      first,
      await send("/echo", "x", { headers }),
      await send("/none", "x", { headers }),
    ])
      expect(answer.headers).toMatchObject({ "access-control-allow-origin": headers.origin, vary: "origin" });
  });
});

describe("a body", () => {
  it("may begin with a byte order mark", async () => {
    expect((await send("/echo", "\ufeffa")).text).toBe('{"body":"a"}');
  });

  it.each([
    ["Latin-1", Buffer.from("a\nfür", "latin1"), 2],
    ["UTF-16", Buffer.from("\ufeff{}", "utf16le"), 1],
  ])("that is %s is refused, with its line", async (_, bytes, line) => {
    const answer = await send("/echo", bytes);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      code: "text-not-utf8",
      where: `the body:${line}`,
      remedy: "send the text as UTF-8",
    });
  });

  it.each([
    ["announced", { "content-length": MOST + 1 }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("that is too large is refused (%s)", async (_, headers) => {
    const answer = await send("/echo", "x".repeat(MOST + 1), { headers });
    expect(answer.status).toBe(413);
    expect(errorOf(answer)).toMatchObject({ code: "request-too-large", expected: `${MOST} bytes at most` });
    expect((await send("/echo", "x".repeat(MOST), { headers: {} })).status).toBe(200);
  });
});

describe("bytes in flight", () => {
  /** Resolves when the server has read so much that a body of so many bytes is refused. */
  async function untilBusy(bytes: number): Promise<Answer> {
    for (;;) {
      const answer = await send("/echo", "x".repeat(bytes));
      if (answer.status === 503) return answer;
      expect(answer.status).toBe(200);
    }
  }

  it.each([
    ["announced", { "content-length": MOST }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("are bounded over all connections, and given back after (%s)", async (_, headers) => {
    hold();
    const large = send("/held", "x".repeat(MOST), { headers });
    const busy = await untilBusy(IN_FLIGHT - MOST + 1);
    expect(busy.headers["retry-after"]).toBe("1");
    expect(errorOf(busy)).toMatchObject({ code: "server-busy" });
    // There is room for what fits.
    expect((await send("/echo", "x".repeat(IN_FLIGHT - MOST))).status).toBe(200);
    letGo();
    expect((await large).status).toBe(200);
    expect((await send("/echo", "x".repeat(MOST))).status).toBe(200);
  });

  it("are given back by a client that goes away, and by one that was refused", async () => {
    const { sent, answer } = start("/echo", { headers: { "content-length": MOST } });
    sent.write("x");
    await untilBusy(IN_FLIGHT - MOST + 1);
    sent.destroy();
    await expect(answer).rejects.toThrow();
    await send("/echo", Buffer.concat([Buffer.alloc(MOST - 1, "x"), Buffer.from([0xff])]));
    let status = 503;
    while (status === 503) ({ status } = await send("/echo", "x".repeat(MOST)));
    expect(status).toBe(200);
  });
});
