/** Who may ask the dashboard, and what nobody is given: over HTTP on loopback, with requests as an attacker sends them. */
import fs from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MetricsChunk, type RunList, routes } from "../../../src/apps/dashboard/api/index.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";
import { createRun } from "../../../src/run/open-run.js";
import { temporaryFolder } from "../../run/temporary.js";
import { type Answer, ask, errorOf, events, get, next, serve } from "./dashboard.js";

const temporary = temporaryFolder();
let folder: string;
let server: HttpServer;

const line = (step: number, text = "") =>
  `${JSON.stringify({ kind: "step", step, metrics: { agreement: 0.5, text }, time: { seconds: 1 } })}\n`;

let template: string;
beforeAll(() => {
  template = fs.mkdtempSync(join(os.tmpdir(), "selftrain-run-"));
  fs.rmdirSync(template);
  createRun(template, "train", { output: template, steps: 4 }).close();
  fs.writeFileSync(join(template, "metrics.jsonl"), line(1) + line(2));
});
afterAll(() => fs.rmSync(template, { recursive: true }));

const makeRun = (path: string): void => fs.cpSync(template, path, { recursive: true });

beforeEach(async () => {
  folder = join(temporary.path, "runs");
  makeRun(join(folder, "a"));
  server = await serve(folder, temporary.path);
  return () => server.close();
});

const codeOf = (answer: Answer) => [answer.status, errorOf(answer).code];

describe("who asks", () => {
  it.each([
    ["another host", { host: "evil.example" }, "host-not-allowed"],
    ["another site", { origin: "https://evil.example" }, "origin-not-allowed"],
    ["the same address at another port", { origin: "http://127.0.0.1:1" }, "origin-not-allowed"],
    ["a page without an origin", { origin: "null" }, "origin-not-allowed"],
    [
      "an image of another site",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      "origin-not-allowed",
    ],
    [
      "a frame of another site",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
      "origin-not-allowed",
    ],
  ])("must not be %s", async (_, headers, code) => {
    for (const path of ["/", routes.runs()])
      expect(codeOf(await ask(server, path, { headers: headers as Record<string, string> }))).toEqual([
        403,
        code,
      ]);
  });

  it("may be its own page, a program, and a reader who follows a link", async () => {
    const { host } = new URL(server.url);
    for (const headers of [
      {},
      { origin: `http://${host}`, "sec-fetch-site": "same-origin" },
      { host: `localhost:${new URL(server.url).port}` },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    ] as Record<string, string>[])
      expect((await ask(server, "/", { headers })).status).toBe(200);
  });

  it("must show the token where there is one, and is then known by a cookie that no script reads", async () => {
    const guarded = await serve(folder, temporary.path, { token: "s3cret-s3cret-s3cret" });
    try {
      for (const path of ["/", "/assets/app-1a2b.js", routes.runs(), routes.stream("a")])
        expect(codeOf(await ask(guarded, path))).toEqual([401, "token-missing"]);
      const wrong = { authorization: "Bearer s3cret-s3cret-s3cre" };
      expect(codeOf(await ask(guarded, "/", { headers: wrong }))).toEqual([401, "token-wrong"]);
      expect(codeOf(await ask(guarded, "/?token=x"))).toEqual([401, "token-wrong"]);
      const opened = await ask(guarded, "/?token=s3cret-s3cret-s3cret");
      expect(opened.status).toBe(200);
      const [cookie] = opened.headers["set-cookie"] as string[];
      expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
      const headers = { cookie: `other=1; ${cookie!.split(";")[0]}` };
      expect((await ask(guarded, routes.runs(), { headers })).status).toBe(200);
      const bearer = { authorization: "Bearer s3cret-s3cret-s3cret" };
      expect((await ask(guarded, routes.runs(), { headers: bearer })).status).toBe(200);
    } finally {
      await guarded.close();
    }
  });
});

describe("an answer", () => {
  it.each(["/", "/nothing", "/api/runs", "/api/nothing", "/api/runs/none"])(
    "at %s lets a page load from here alone, and nobody frame or read it",
    async (path) => {
      const { headers } = await ask(server, path);
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
        ),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|http:/);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  it("is by the address's own methods", async () => {
    const answer = await ask(server, routes.runs(), { method: "POST", body: {} });
    expect([...codeOf(answer), answer.headers.allow]).toEqual([405, "method-not-allowed", "GET"]);
    expect(codeOf(await ask(server, routes.runs(), { method: "OPTIONS" }))).toEqual([
      405,
      "method-not-allowed",
    ]);
    expect(await ask(server, "/", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

describe("a path", () => {
  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//etc/passwd",
    "/index.html%00.js",
  ])("%s leads to no file beside the page", async (path) => {
    fs.writeFileSync(join(temporary.path, "secret.txt"), "secret");
    const { status, text } = await ask(server, path);
    expect([status, text.includes("secret\n")]).toEqual([404, false]);
  });

  it.each([
    "..",
    "../outside",
    "a/../../outside",
    "/etc",
    ".",
    "",
    "a/..",
    "a\\..\\outside",
    "a\0",
    ".hidden",
    "a/x/y/z",
  ])("to the run %j is none", async (id) => {
    for (const name of ["outside", "runs/.hidden"]) {
      const path = join(temporary.path, name);
      if (!fs.existsSync(path)) createRun(path, "train", { output: path, steps: 4 }).close();
    }
    const answer = await ask(server, `/api/runs/${encodeURIComponent(id)}`);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('"kind"');
  });

  it("through a link to a run outside is refused, and the list says that it was not followed", async () => {
    const outside = join(temporary.path, "outside");
    makeRun(outside);
    fs.symlinkSync(outside, join(folder, "link"));
    const { runs, gaps } = await get<RunList>(server, routes.runs());
    expect(runs.map(({ id }) => id)).toEqual(["a"]);
    expect(gaps.map(({ code }) => code)).toEqual(["link-not-followed"]);
    expect(codeOf(await ask(server, routes.run("link")))).toEqual([422, "store-outside"]);
  });

  it.each([
    "config.yaml",
    "metrics.jsonl",
    "alarms.jsonl",
    "environment.json",
    "notes.jsonl",
    "rollouts",
    "control",
  ])("within a run whose %s is a link that leads out is refused", async (name) => {
    const target = join(temporary.path, name.includes(".") ? "secret.txt" : "secrets");
    if (name.includes(".")) fs.writeFileSync(target, "secret");
    else fs.mkdirSync(target);
    const path = join(folder, "a", name);
    fs.rmSync(path, { recursive: true, force: true });
    fs.symlinkSync(target, path);
    for (const address of [routes.run("a"), routes.config("a"), routes.metrics("a"), routes.stream("a")]) {
      const answer = await ask(server, address);
      expect(codeOf(answer)).toEqual([422, "store-outside"]);
      expect(answer.text).not.toContain('"secret"');
    }
  });

  it("to a step whose file is a link that leads out is refused", async () => {
    const outside = join(temporary.path, "other.parquet");
    fs.writeFileSync(outside, "PAR1");
    fs.symlinkSync(outside, join(folder, "a/rollouts/step-000001.parquet"));
    expect(codeOf(await ask(server, routes.step("a", "rollouts", 1)))).toEqual([422, "store-outside"]);
  });
});

describe("a client", () => {
  it("that does not read holds nobody up", async () => {
    const { port } = new URL(server.url);
    const idle = connect(Number(port), "127.0.0.1");
    idle.pause();
    idle.write(`GET ${routes.stream("a")} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    const long = "x".repeat(200_000);
    const reading = events(server, `${routes.stream("a")}?series=step.agreement`);
    await next(reading, "metrics");
    const added = Array.from({ length: 20 }, (_, i) => i + 3);
    fs.appendFileSync(join(folder, "a/metrics.jsonl"), added.map((step) => line(step, long)).join(""));
    const { data } = await next(reading, "metrics");
    expect((data as MetricsChunk).lines.step!.steps).toEqual(added);
    await reading.return();
    idle.destroy();
  });

  it("that goes away leaves its place to others, of which there are so many", async () => {
    const small = await serve(folder, temporary.path, { mostStreams: 2 });
    try {
      for (let i = 0; i < 5; i++) {
        const stream = events(small, routes.runsStream());
        await stream.next();
        await stream.return();
      }
      const open = [1, 2].map(() => events(small, routes.runsStream()));
      for (const stream of open) await stream.next();
      expect(codeOf(await ask(small, routes.runsStream()))).toEqual([503, "server-busy"]);
      for (const stream of open) await stream.return();
    } finally {
      await small.close();
    }
  });

  it("is let go when the server closes", async () => {
    const stream = events(server, routes.stream("a"));
    await stream.next();
    await server.close();
    await expect(
      (async () => {
        for await (const _ of stream);
      })(),
    ).resolves.toBeUndefined();
  });
});

it("serves a folder that is itself a run, and no other name for it", async () => {
  const own = await serve(join(folder, "a"), temporary.path);
  try {
    expect((await get<RunList>(own, routes.runs())).runs.map(({ id }) => id)).toEqual(["a"]);
    expect((await ask(own, routes.run("a"))).status).toBe(200);
    expect(codeOf(await ask(own, routes.run("b")))).toEqual([404, "run-unknown"]);
  } finally {
    await own.close();
  }
});

it("sends the page's files as what they are, named ones for good", async () => {
  expect((await ask(server, "/")).headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
  });
  expect((await ask(server, "/assets/app-1a2b.js")).headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "max-age=31536000, immutable",
  });
});
