import { beforeEach, describe, expect, it } from "vitest";
import { openUrl } from "../../../src/io/hub/http.js";
import { parseModelId } from "../../../src/io/hub/hub-id.js";
import type { HubSettings } from "../../../src/io/hub/settings.js";
import { FakeHub } from "./fake-hub.js";
import { contents } from "./hub-folder.js";
import { model, resolveWith, small, startHub, weights } from "./tiny-hub.js";

let hub: FakeHub;
let settings: HubSettings;
beforeEach(async () => {
  ({ hub, settings } = await startHub());
});

const resolve = resolveWith(() => settings);

describe("the token", () => {
  it("opens a private model, and is sent to the endpoint alone", async () => {
    hub.add({ ...model, token: "hf_secret" });
    settings = { ...settings, token: "hf_secret" };
    await resolve("org/tiny");
    const cdn = hub.seen.filter(({ server }) => server === "cdn");
    expect(cdn).toHaveLength(1);
    expect(cdn[0]?.authorization).toBeUndefined();
    expect(
      hub.seen.filter(({ server }) => server === "hub").every((s) => s.authorization === "Bearer hf_secret"),
    ).toBe(true);
  });

  it("does not follow a link to another host", async () => {
    const stranger = await FakeHub.start();
    stranger.add(model);
    const call = {
      settings: { ...settings, token: "hf_secret" },
      subject: { id: parseModelId("org/tiny")! },
    };
    await openUrl(`${stranger.url}/api/models/org/tiny/revision/main`, {}, call);
    expect(stranger.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it.each([
    ["no token", null, "check the spelling; a private one needs a token in HF_TOKEN"],
    ["a token that may not", "hf_other", "check the spelling, and that the token may read it"],
  ])("is asked for where a model is not shown to %s", async (_, token, remedy) => {
    hub.add({ ...model, token: "hf_secret" });
    settings = { ...settings, token };
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-not-found",
      remedy,
      where: "org/tiny",
    });
  });

  it("does not open a gated model whose licence was not accepted", async () => {
    hub.add({ ...model, token: "hf_secret", gated: true });
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-unauthorised",
      message: "org/tiny asks to accept its conditions first",
      where: "org/tiny/config.json",
      remedy: `accept the licence at ${hub.url}/org/tiny with your account, then set HF_TOKEN to a token of your account`,
    });
    settings = { ...settings, token: "hf_other" };
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-unauthorised",
      found: expect.stringContaining("HTTP 403"),
    });
  });

  it("is never part of an error", async () => {
    hub.fault(/^hub/, {
      status: 401,
      headers: { "x-error-message": "Invalid credentials in Authorization header" },
    });
    settings = { ...settings, token: "hf_secret" };
    const error = await resolve("org/tiny").catch((e) => e);
    expect(error).toMatchObject({ code: "hub-unauthorised", message: "the hub does not know the token" });
    expect(JSON.stringify([error, error.stack, String(error.cause)])).not.toContain("hf_secret");
  });
});

describe("what is not there", () => {
  it("distinguishes repository, revision and file", async () => {
    hub.add(model);
    await expect(resolve("org/tinny")).rejects.toMatchObject({
      code: "hub-not-found",
      message: "there is no model org/tinny on the hub, or it is private",
    });
    await expect(resolve("org/tiny@v9")).rejects.toMatchObject({
      code: "hub-not-found",
      message: "org/tiny has no revision v9 on the hub",
    });
    hub.fault(/resolve.*config.json/, { status: 404, headers: { "x-error-code": "EntryNotFound" } });
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-not-found",
      message: "org/tiny has no file config.json on the hub",
      where: "org/tiny/config.json",
    });
  });

  it("names the formats that there are where none is safetensors", async () => {
    hub.add({ name: "org/tiny", files: { ...small, "pytorch_model.bin": "x" } });
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-no-safetensors",
      found: ["pytorch_model.bin"],
    });
    hub.add({ name: "org/gguf", files: { "model.gguf": "x" } });
    await expect(resolve("org/gguf")).rejects.toMatchObject({
      code: "hub-not-a-model",
      found: ["model.gguf"],
    });
  });

  it("refuses an index that names a file which the commit lacks", async () => {
    const index = '{"weight_map": {"a": "gone.safetensors"}}';
    hub.add({ name: "org/tiny", files: { ...small, "model.safetensors.index.json": index } });
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-not-found",
      where: expect.stringContaining("/gone.safetensors"),
    });
  });
});

describe("a server in trouble", () => {
  it("is asked again", async () => {
    hub.add(model);
    hub.fault(/revision/, { status: 500 }, 2);
    hub.fault(/tree/, { status: 503 }, 2);
    hub.fault(/^cdn/, { status: 502 }, 2);
    expect(Object.keys(contents((await resolve("org/tiny")).folder))).toHaveLength(3);
  });

  it("is given up after a few times", async () => {
    hub.fault(/revision/, { status: 500 }, 99);
    await expect(resolve("org/tiny")).rejects.toMatchObject({ code: "hub-unreachable", found: "HTTP 500" });
    expect(hub.seen).toHaveLength(1 + settings.retries);
  });

  it("is waited for as long as it asks, within reason", async () => {
    hub.add(model);
    hub.fault(/revision/, { status: 429, headers: { "retry-after": "0.3" } });
    const started = performance.now();
    await resolve("org/tiny");
    expect(performance.now() - started).toBeGreaterThan(290);
    hub.seen.length = 0;
    hub.fault(/revision/, { status: 429, headers: { "retry-after": "3600" } }, 99);
    await expect(resolve("org/tiny@other")).rejects.toMatchObject({
      code: "hub-rate-limited",
      remedy: expect.stringContaining("try again in 3600 s"),
    });
    expect(hub.seen).toHaveLength(1);
  });

  it("is told from one that is no hub", async () => {
    hub.fault(/revision/, { status: 200, headers: { "content-type": "text/html" } });
    await expect(resolve("org/tiny")).rejects.toMatchObject({ code: "hub-answer-malformed" });
  });

  it("that does not run is named with the reason", async () => {
    await hub.stop();
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-unreachable",
      message: `${settings.endpoint} cannot be reached`,
      found: "ECONNREFUSED",
    });
  });

  it("may be slow as long as it is not silent", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { everyMs: 100 });
    settings = { ...settings, idleMs: 500 };
    await resolve("org/tiny");
    expect(hub.seen.filter(({ server }) => server === "cdn")).toHaveLength(1);
  });

  it("may be silent for so long only", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { silentAfter: 0 }, 99);
    // All but the weights first: a busy machine may take long over those requests.
    const { pinned } = await resolve("org/tiny", { weights: false });
    settings = { ...settings, idleMs: 500, retries: 1 };
    await expect(resolve(pinned)).rejects.toMatchObject({
      code: "hub-download-incomplete",
      message: expect.stringContaining("model.safetensors"),
      expected: `${weights.length} bytes`,
    });
  });
});

/** Names of unfinished downloads. */
