/** Models from a hub: what is downloaded, where it lies, and what a download that goes wrong comes to. */
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { DownloadProgress } from "../../../src/io/hub/options.js";
import type { HubSettings } from "../../../src/io/hub/settings.js";
import { type FakeHub, gitOid, sha256 } from "./fake-hub.js";
import { contents, testSettings } from "./hub-folder.js";
import { model, resolveWith, small, startHub, weights } from "./tiny-hub.js";

let hub: FakeHub;
let settings: HubSettings;
let repo: string;
beforeEach(async () => {
  ({ hub, settings, repo } = await startHub());
});

const resolve = resolveWith(() => settings);

describe("resolving a model", () => {
  it("downloads the wanted files into the layout of huggingface_hub", async () => {
    const commit = hub.add(model);
    const { folder, pinned } = await resolve("org/tiny");
    expect(pinned).toBe(`org/tiny@${commit}`);
    expect(folder).toBe(join(repo, "snapshots", commit));
    expect(contents(folder)).toEqual({ ...small, "model.safetensors": weights.toString() });
    expect(fs.readFileSync(join(repo, "refs", "main"), "utf8")).toBe(commit);
    expect(fs.readlinkSync(join(folder, "model.safetensors"))).toBe(
      join("..", "..", "blobs", sha256(weights)),
    );
    expect(fs.readdirSync(join(repo, "blobs")).sort()).toEqual(
      [sha256(weights), ...Object.values(small).map((text) => gitOid(Buffer.from(text)))].sort(),
    );
    expect(JSON.parse(fs.readFileSync(join(repo, "trees", `${commit}.json`), "utf8"))).toMatchObject({
      format_version: 1,
      files: {
        "README.md": { size: 6 },
        "model.safetensors": { size: weights.length, lfs_sha256: sha256(weights), lfs_size: weights.length },
      },
    });
  });

  it("downloads all chat templates", async () => {
    const templates = {
      "additional_chat_templates/rag.jinja": "{{ documents }}",
      "chat_template.jinja": "{{ messages }}",
    };
    hub.add({ ...model, files: { ...model.files, ...templates, "additional_chat_templates/x.bin": "x" } });
    const { folder } = await resolve("org/tiny");
    expect(contents(folder)).toEqual({ ...small, ...templates, "model.safetensors": weights.toString() });
  });

  it("asks once about a branch that it has, and never about a commit", async () => {
    const commit = hub.add(model);
    await resolve("org/tiny");
    hub.seen.length = 0;
    await resolve("org/tiny");
    expect(hub.paths).toEqual(["hub/api/models/org/tiny/revision/main"]);
    hub.seen.length = 0;
    await resolve(`org/tiny@${commit}`);
    expect(hub.paths).toEqual([]);
  });

  it("follows a branch to a new commit, and downloads what changed", async () => {
    hub.add(model);
    const before = await resolve("org/tiny");
    hub.add({ ...model, files: { ...model.files, "config.json": '{"model_type": "mistral"}' } });
    hub.seen.length = 0;
    const after = await resolve("org/tiny");
    expect(after.folder).not.toBe(before.folder);
    expect(contents(after.folder)["config.json"]).toContain("mistral");
    expect(hub.paths.filter((path) => path.includes("/resolve/"))).toHaveLength(1);
  });

  it("takes branches with a slash, tags and hf: names", async () => {
    const commit = hub.add({ ...model, refs: ["refs/pr/1", "v1"] });
    expect((await resolve("org/tiny@refs/pr/1")).commit).toBe(commit);
    expect((await resolve("hf:org/tiny@v1")).commit).toBe(commit);
    expect(fs.readFileSync(join(repo, "refs", "refs", "pr", "1"), "utf8")).toBe(commit);
  });

  it("takes the shards that the index names, and neither duplicates nor folders", async () => {
    const index = {
      weight_map: { a: "model-1.safetensors", b: "model-2.safetensors", c: "model-1.safetensors" },
    };
    const wanted = {
      ...small,
      "model.safetensors.index.json": JSON.stringify(index),
      "model-1.safetensors": "one",
      "model-2.safetensors": "two",
    };
    const others = {
      "consolidated.safetensors": "x",
      "original/model.safetensors": "x",
      "pytorch_model.bin": "x",
    };
    hub.add({ name: "org/tiny", files: { ...wanted, ...others } });
    expect(contents((await resolve("org/tiny")).folder)).toEqual(wanted);
  });

  it("prefers one file of weights to shards, as transformers does", async () => {
    const both = {
      "model.safetensors.index.json": '{"weight_map": {"a": "x.safetensors"}}',
      "x.safetensors": "x",
    };
    hub.add({ name: "org/tiny", files: { ...model.files, ...both } });
    expect(Object.keys(contents((await resolve("org/tiny")).folder))).toEqual([
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
  });

  it("takes an adapter", async () => {
    const files = { "adapter_config.json": "{}", "adapter_model.safetensors": "a" };
    hub.add({ name: "org/tiny", files });
    expect(contents((await resolve("org/tiny")).folder)).toEqual(files);
  });

  it("leaves the weights out where a plan is made, and says how large they are", async () => {
    hub.add(model);
    const { folder, missingBytes } = await resolve("org/tiny", { weights: false });
    expect(contents(folder)).toEqual(small);
    expect(missingBytes).toBe(weights.length);
    expect((await resolve("org/tiny")).missingBytes).toBe(0);
  });

  it("tells how far it is, byte by byte of all files", async () => {
    hub.add(model);
    const events: DownloadProgress[] = [];
    await resolve("org/tiny", { onProgress: (event) => events.push(event) });
    const total = weights.length + small["config.json"].length + small["tokenizer.json"].length;
    expect(events[0]).toMatchObject({
      repo: "org/tiny",
      file: "config.json",
      index: 1,
      files: 3,
      totalBytes: total,
    });
    expect(events.at(-1)).toMatchObject({ file: "model.safetensors", index: 3, bytes: total });
    const bytes = events.map((event) => event.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(bytes.length).toBeGreaterThan(4);
  });
});

const partials = () => fs.readdirSync(join(repo, "blobs")).filter((name) => name.endsWith(".incomplete"));

describe("a download cut midway", () => {
  it("goes on where it stopped", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { cutAfter: 100_000 });
    hub.fault(/^cdn/, { cutAfter: 100_000 });
    const { folder } = await resolve("org/tiny");
    expect(contents(folder)["model.safetensors"]).toBe(weights.toString());
    const ranges = hub.seen.filter(({ server }) => server === "cdn").map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1)).toEqual([
      expect.stringMatching(/^bytes=[1-9]/),
      expect.stringMatching(/^bytes=[1-9]/),
    ]);
    expect(partials()).toEqual([]);
  });

  it("begins anew where the server does not go on", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { cutAfter: 100_000 });
    hub.fault(/^cdn/, { ignoreRange: true });
    expect(contents((await resolve("org/tiny")).folder)["model.safetensors"]).toBe(weights.toString());
    expect(hub.seen.filter(({ server }) => server === "cdn")).toHaveLength(2);
  });

  it("is never taken for a model, and is gone on from by the next call", async () => {
    const commit = hub.add(model);
    hub.fault(/^cdn/, { endAfter: 10_000 });
    // Nothing more: the retries make no progress.
    hub.fault(/^cdn/, { endAfter: 0 }, settings.retries + 1);
    await expect(resolve("org/tiny")).rejects.toMatchObject({
      code: "hub-download-incomplete",
      message: "the download of model.safetensors was cut off time and again",
      found: "10000 bytes",
      expected: "300000 bytes",
      where: "org/tiny/model.safetensors",
    });
    expect(fs.readdirSync(join(repo, "snapshots", commit))).not.toContain("model.safetensors");
    expect(fs.existsSync(join(repo, "refs"))).toBe(false);
    expect(partials()).toHaveLength(1);
    await expect(resolve("org/tiny", { cacheOnly: true })).rejects.toMatchObject({ code: "hub-offline" });
    await expect(resolve(`org/tiny@${commit}`, { cacheOnly: true })).rejects.toMatchObject({
      code: "hub-offline",
      found: "the cache lacks model.safetensors",
    });
    hub.seen.length = 0;
    await resolve("org/tiny");
    expect(hub.seen.at(-1)?.range).toBe("bytes=10000-");
    expect(partials()).toEqual([]);
  });

  it("stops at once when aborted, and is gone on from", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { silentAfter: 50_000 });
    const stop = new AbortController();
    const stopped = resolve("org/tiny", {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 10_000) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(partials()).toHaveLength(1);
    await resolve("org/tiny");
    expect(hub.seen.at(-1)?.range).toMatch(/^bytes=[1-9]/);
  });
});

describe("wrong content", () => {
  it("of a large file is downloaded again", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { corrupt: true });
    expect(contents((await resolve("org/tiny")).folder)["model.safetensors"]).toBe(weights.toString());
  });

  it.each([
    ["model.safetensors", /^cdn/, "SHA-256"],
    ["config.json", /resolve.*config\.json/, "git SHA-1"],
  ])("of %s twice is refused, and nothing of it kept", async (file, on, hash) => {
    hub.add(model);
    hub.fault(on, { corrupt: true }, 2);
    const error = await resolve("org/tiny").catch((e) => e);
    expect(error).toMatchObject({
      code: "hub-file-corrupt",
      where: `org/tiny/${file}`,
      found: expect.stringContaining(hash),
    });
    expect(partials().map((name) => fs.statSync(join(repo, "blobs", name)).size)).toEqual([0]);
    await resolve("org/tiny");
  });

  it("from an earlier time, put aside under an unfinished name, costs one download", async () => {
    hub.add(model);
    fs.mkdirSync(join(repo, "blobs"), { recursive: true });
    fs.writeFileSync(
      join(repo, "blobs", `${sha256(weights)}.00000000-1-000000.incomplete`),
      "not the beginning",
    );
    fs.utimesSync(join(repo, "blobs", `${sha256(weights)}.00000000-1-000000.incomplete`), 0, 0);
    expect(contents((await resolve("org/tiny")).folder)["model.safetensors"]).toBe(weights.toString());
  });

  it("of another size in the cache is replaced", async () => {
    hub.add(model);
    const { folder } = await resolve("org/tiny");
    fs.truncateSync(join(folder, "model.safetensors"), 100);
    await resolve("org/tiny");
    expect(contents(folder)["model.safetensors"]).toBe(weights.toString());
  });
});

describe("the cache alone", () => {
  it("serves without a request, and without a server", async () => {
    hub.add(model);
    const { folder } = await resolve("org/tiny");
    hub.seen.length = 0;
    const offline = testSettings(hub.url, join(settings.cache, ".."), { HF_HUB_OFFLINE: "1" });
    expect((await resolve("org/tiny", { settings: offline })).folder).toBe(folder);
    expect(hub.seen).toEqual([]);
    await expect(resolve("org/other", { settings: offline })).rejects.toMatchObject({
      code: "hub-offline",
      found: "it was never downloaded",
    });
    await expect(resolve("org/tiny@v2", { settings: offline })).rejects.toMatchObject({
      code: "hub-offline",
    });
    expect(hub.seen).toEqual([]);
  });

  it("serves where the hub cannot be reached, and says so", async () => {
    hub.add(model);
    const { folder, commit } = await resolve("org/tiny");
    const notices: string[] = [];
    const onNotice = (code: string, message: string) => notices.push(`${code}: ${message}`);
    hub.fault(/revision/, { status: 500 }, 99);
    expect((await resolve("org/tiny", { onNotice })).folder).toBe(folder);
    await hub.stop();
    expect((await resolve("org/tiny", { onNotice })).folder).toBe(folder);
    expect(notices).toEqual([
      `hub-cached: ${settings.endpoint} fails to answer; org/tiny@${commit} is taken from the cache`,
      `hub-cached: ${settings.endpoint} cannot be reached; org/tiny@${commit} is taken from the cache`,
    ]);
  });

  it("does not serve where the hub says no", async () => {
    hub.add(model);
    await resolve("org/tiny");
    hub.fault(/revision/, { status: 404, headers: { "x-error-code": "RepoNotFound" } });
    await expect(resolve("org/tiny")).rejects.toMatchObject({ code: "hub-not-found" });
  });

  it("knows what Python left without a listing: a whole model, and one left half-finished", async () => {
    const commit = hub.add(model);
    const { folder } = await resolve("org/tiny");
    fs.rmSync(join(repo, "trees"), { recursive: true });
    expect((await resolve("org/tiny", { cacheOnly: true })).folder).toBe(folder);
    for (const name of ["model.safetensors", "tokenizer.json"]) {
      const blob = fs.realpathSync(join(folder, name));
      fs.renameSync(blob, `${blob}.incomplete`);
      await expect(resolve("org/tiny", { cacheOnly: true })).rejects.toMatchObject({
        code: "hub-offline",
        found: expect.stringMatching(/^the cache lacks/),
      });
      fs.renameSync(`${blob}.incomplete`, blob);
    }
    fs.rmSync(join(folder, "model.safetensors"));
    fs.writeFileSync(
      join(folder, "model.safetensors.index.json"),
      '{"weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}',
    );
    fs.writeFileSync(join(folder, "a.safetensors"), "a");
    await expect(resolve(`org/tiny@${commit}`, { cacheOnly: true })).rejects.toMatchObject({
      code: "hub-offline",
      found: "the cache lacks b.safetensors",
    });
  });
});

describe("several at once", () => {
  it("in one process download once", async () => {
    hub.add(model);
    hub.fault(/^cdn/, { delayMs: 100 });
    const [a, b] = await Promise.all([resolve("org/tiny"), resolve("org/tiny")]);
    expect(a.folder).toBe(b.folder);
    expect(contents(a.folder)["model.safetensors"]).toBe(weights.toString());
    expect(hub.seen.filter(({ server }) => server === "cdn")).toHaveLength(1);
  });
});
