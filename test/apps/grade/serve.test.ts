/** `selftrain vote serve`, over HTTP on loopback. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveVotes } from "../../../src/apps/grade/serve.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";
import { fakeIo } from "../../cli/fake-io.js";

let server: HttpServer;
beforeAll(async () => {
  server = await serveVotes(voteServeConfigSchema.parse({ port: 0, maxBodyMiB: 1 }));
});
afterAll(() => server.close());

async function post(body: unknown, path = "/vote", method = "POST") {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { results?: readonly unknown[] } };
}

const group = (id: string | number, ...texts: string[]) => ({ id, samples: texts.map((text) => ({ text })) });

describe("the vote over HTTP", () => {
  it("answers with the votes of whole groups", async () => {
    const { status, body } = await post({
      groups: [group("p", "\\boxed{1/2}", "the answer is 0.5", "\\boxed{3}"), group(7, "nothing")],
    });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: "p", agreement: 2 / 3, rewards: [1, 1, 0], tie: false },
      { id: "7", label: null, noAnswerShare: 1, rewards: [0] },
    ]);
  });

  it("takes options for a request", async () => {
    const groups = [group("p", "\\boxed{4}", "\\boxed{3}")];
    const rewards = async (options: object) =>
      ((await post({ groups, options })).body.results as { rewards: number[] }[])[0]!.rewards;
    expect(await rewards({})).toEqual([0, 0]);
    expect(await rewards({ ties: "first" })).toEqual([1, 0]);
    expect(await rewards({ reward: "soft" })).toEqual([0.5, 0.5]);
  });

  it.each([
    ["{", 400, "request-json"],
    ["[]", 400, "request-malformed"],
    [{ groups: [] }, 400, "request-malformed"],
    [{ groups: [{ id: "a", samples: [] }] }, 400, "request-malformed"],
    [{ groups: [group("a", "1")], options: { regex: "(a+)+$" } }, 400, "request-malformed"],
    [{ groups: [{ id: "a", samples: ["1"] }] }, 400, "request-malformed"],
    [{ groups: [{ id: "a", samples: [["1"]] }] }, 400, "request-malformed"],
    [{ groups: [{ id: "a", samples: [{ words: "1" }] }] }, 422, "sample-malformed"],
    [{ groups: [group("a", "1")], options: { weights: "given" } }, 422, "sample-weight-missing"],
  ])("says what is wrong with %j", async (body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { error: { code } } });
  });

  it("knows one address and one method", async () => {
    expect(await post({}, "/votes")).toMatchObject({ status: 404, body: { error: { code: "not-found" } } });
    expect(await post({}, "/vote", "GET")).toMatchObject({
      status: 405,
      body: { error: { code: "method-not-allowed", expected: "POST" } },
    });
  });

  it("refuses a body that is too large, and serves on", async () => {
    expect(await post("x".repeat(2 ** 20 + 1))).toMatchObject({
      status: 413,
      body: { error: { code: "request-too-large" } },
    });
    expect((await post({ groups: [group("p", "\\boxed{1}")] })).status).toBe(200);
  });

  it("takes many requests at a time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => post({ groups: [group(`p${i}`, `\\boxed{${i}}`)] })),
    );
    answers.forEach(({ body }, i) => {
      expect(body.results).toMatchObject([{ id: `p${i}`, rewards: [1] }]);
    });
  });

  it("answers a small request before a long one that came first", async () => {
    const ended: string[] = [];
    const samples = Array.from({ length: 30_000 }, (_, i) => ({ answer: i % 7 }));
    const long = post({ groups: [{ id: "long", samples }] }).then(() => ended.push("long"));
    // Its groups are under way once a second request waits behind it.
    await post({ groups: [group("p", "\\boxed{1}")] }).then(() => ended.push("small"));
    await long;
    expect(ended).toEqual(["small", "long"]);
  });

  it("refuses web pages and foreign names, unless they are allowed", async () => {
    const allowing = await serveVotes(
      voteServeConfigSchema.parse({
        port: 0,
        allowOrigins: ["https://lab.example"],
        allowHosts: ["grader.example"],
      }),
    );
    const ask = (headers: Record<string, string>, { url } = server) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(`${url}/vote`, { method: "POST", headers }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        sent.on("error", reject);
        sent.end(JSON.stringify({ groups: [group("p", "\\boxed{1}")] }));
      });
    const page = { origin: "https://lab.example" };
    const named = { host: "grader.example" };
    expect([await ask({}), await ask(page), await ask(named)]).toEqual([200, 403, 403]);
    expect([await ask(page, allowing), await ask(named, allowing)]).toEqual([200, 200]);
    expect(await ask({ origin: "https://evil.example" }, allowing)).toBe(403);
    await allowing.close();
  });

  it.each([
    [{ allowHosts: ["grader.example:80"] }, "allowHosts"],
    [{ allowOrigins: ["https://lab.example/"] }, "allowOrigins"],
    [{ allowOrigins: ["*"] }, "allowOrigins"],
    [{ maxBodyMiB: 8, maxInFlightMiB: 7 }, "maxInFlightMiB"],
  ])("does not start with %j", (config, key) => {
    const { success, error } = voteServeConfigSchema.safeParse(config);
    expect(success).toBe(false);
    expect(error?.issues[0]?.path[0]).toBe(key);
  });

  it("survives a client that goes away", async () => {
    await new Promise<void>((resolve) => {
      const half = request(`${server.url}/vote`, { method: "POST", headers: { "content-length": 1000 } });
      half.on("error", () => resolve());
      half.write("{");
      half.destroy();
    });
    expect((await post({ groups: [group("p", "\\boxed{1}")] })).status).toBe(200);
  });

  it("says where it cannot listen", async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveVotes(voteServeConfigSchema.parse({ port }))).rejects.toMatchObject({
      code: "serve-address",
      found: "EADDRINUSE",
    });
  });
});

describe("selftrain vote serve", () => {
  it("prints its address, takes its own flags, and stops at a signal", async () => {
    const io = fakeIo(["vote", "serve", "--port", "0", "--ties", "first", "--json"]);
    const running = runCli(io);
    while (!io.stdout.text.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
    const { url } = JSON.parse(io.stdout.text) as { url: string };
    const response = await fetch(`${url}/vote`, {
      method: "POST",
      body: JSON.stringify({ groups: [group("p", "\\boxed{4}", "\\boxed{3}")] }),
    });
    expect(await response.json()).toMatchObject({ results: [{ rewards: [1, 0] }] });
    process.emit("SIGINT");
    expect(await running).toBe(0);
    expect(io.stderr.text).toContain("stopping");
    await expect(fetch(`${url}/vote`)).rejects.toThrow();
  });
});
