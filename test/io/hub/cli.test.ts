/** Commands given a model of the hub, as processes: the download, the cache, several at once, kill -9 in the middle. */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { join, resolve } from "node:path";
import { CharacterTokenizer } from "selftrain";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { llamaConfig } from "../../../src/model/config-file.js";
import { MHA, temporaryModel } from "../../engine/tiny-model.js";
import { FakeHub } from "./fake-hub.js";
import { temporaryHome } from "./hub-folder.js";

const main = resolve("dist/cli/main.js");
const alphabet = new CharacterTokenizer("0123456789+->#=");

/** A model that this engine made, as files of a repository. */
function tinyModel(): Record<string, Uint8Array> {
  const { vocabSize, eosTokens, padToken } = alphabet;
  const folder = temporaryModel(llamaConfig({ ...MHA, vocabSize, eosTokens, padToken }));
  alphabet.save(folder);
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(join(folder, name))]),
  );
}

let hub: FakeHub;
let home: string;
beforeEach(async () => {
  hub = await FakeHub.start();
  home = temporaryHome();
  hub.add({ name: "org/tiny", files: tinyModel(), token: "hf_cli" });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  argv: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...argv], {
    cwd: home,
    env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: home, HF_TOKEN: "hf_cli", ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((done) => child.on("close", (status) => done({ status, stdout, stderr })));
  return { child, ended };
}

const selftrain = (argv: readonly string[], env?: Record<string, string>) => start(argv, env).ended;
const generate = [
  "generate",
  "--model",
  "org/tiny",
  "12+3=",
  "--samples",
  "2",
  "--max-new-tokens",
  "4",
  "--json",
];
const blobs = () => fs.readdirSync(join(home, "hub", "models--org--tiny", "blobs"));

describe("generate --model org/name", () => {
  it("downloads, completes, and does so again offline with the server gone", async () => {
    const first = await selftrain(generate);
    expect(first).toMatchObject({ status: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject([{ prompt: "12+3=", completions: [{}, {}] }]);
    expect(first.stderr).toMatch(
      /^generate: downloading org\/tiny, config\.json \(file 1 of \d\), 0\.0\/0\.0 MB/m,
    );
    expect(first.stderr).toMatch(/note\[hub-downloaded]: \d files of org\/tiny@[0-9a-f]{40}/);
    expect(first.stderr + first.stdout).not.toContain("hf_cli");
    await hub.stop();
    const again = await selftrain(generate, { HF_HUB_OFFLINE: "1" });
    expect(again).toMatchObject({ status: 0, stdout: first.stdout });
    expect(again.stderr).not.toContain("hub");
    const cached = await selftrain(generate);
    expect(cached).toMatchObject({ status: 0, stdout: first.stdout });
    expect(cached.stderr).toContain("note[hub-cached]");
  });

  it("says in one error what is wrong", async () => {
    const failed = async (model: string, env?: Record<string, string>) => {
      const { status, stderr } = await selftrain(["generate", "--model", model, "1"], env);
      expect(status).toBe(1);
      expect(stderr).not.toMatch(/^\s+at /m);
      return stderr;
    };
    expect(await failed("org/tiny", { HF_TOKEN: "hf_none" })).toContain("error[hub-not-found]");
    expect(await failed("org/tiny", { HF_HUB_OFFLINE: "1" })).toContain("error[hub-offline]");
    hub.fault(/^cdn/, { status: 403 });
    expect(await failed("org/tiny")).toMatch(/error\[hub-unauthorised][\s\S]*org\/tiny\/model\.safetensors/);
    fs.mkdirSync(join(home, "runs"));
    hub.seen.length = 0;
    expect(await failed("runs/misspelt")).toMatch(/error\[model-not-found][\s\S]*hf:runs\/misspelt/);
    expect(hub.seen).toEqual([]);
  });

  it("downloads once for two processes", async () => {
    hub.fault(/^cdn/, { delayMs: 1500 });
    const first = start(generate);
    while (!hub.paths.some((path) => path.startsWith("cdn")))
      await new Promise((done) => setTimeout(done, 10));
    const [a, b] = await Promise.all([first.ended, selftrain(generate)]);
    expect(a.status).toBe(0);
    expect(b).toMatchObject({ status: 0, stdout: a.stdout });
    expect(hub.paths.filter((path) => path.startsWith("cdn"))).toHaveLength(1);
    expect(blobs().filter((name) => name.endsWith(".incomplete"))).toEqual([]);
  });

  it.each(["SIGKILL", "SIGINT"] as const)("goes on after %s in the middle", async (signal) => {
    hub.fault(/^cdn/, { silentAfter: 3000 });
    const { child, ended } = start(generate);
    const begun = () =>
      fs.existsSync(join(home, "hub", "models--org--tiny", "blobs")) &&
      blobs().some((name) => name.endsWith(".incomplete") && sizeOf(name) >= 3000);
    while (!begun()) await new Promise((done) => setTimeout(done, 10));
    child.kill(signal);
    await ended;
    expect(child.signalCode).toBe(signal);
    const offline = await selftrain(generate, { HF_HUB_OFFLINE: "1" });
    expect(offline.stderr).toContain('"hub-offline"');
    expect(await selftrain(generate)).toMatchObject({ status: 0 });
    expect(hub.seen.at(-1)).toMatchObject({ server: "cdn", range: "bytes=3000-" });
  });
});

function sizeOf(blob: string): number {
  return (
    fs.statSync(join(home, "hub", "models--org--tiny", "blobs", blob), { throwIfNoEntry: false })?.size ?? 0
  );
}

describe("train --model org/name", () => {
  const train = ["train", "--model", "org/tiny", "--task", "mental-sums", "--output", "run"];
  const sizes = ["--prompts-per-step", "2", "--samples-per-prompt", "2", "--max-new-tokens", "4", "--json"];
  const held = ["--evaluation.size", "2", "--evaluation.samples", "2"];

  it("plans without the weights", async () => {
    const { status, stdout } = await selftrain([...train, ...sizes, "--dry-run"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).plan.notes[0]).toMatch(
      /^the model is org\/tiny@[0-9a-f]{40}; its weights \(1 MB\) are downloaded when the run begins$/,
    );
    expect(hub.paths.filter((path) => path.startsWith("cdn"))).toEqual([]);
  });

  it("leaves no run where Ctrl-C stops the download", async () => {
    hub.fault(/^cdn/, { silentAfter: 3000 });
    const { child, ended } = start([...train, ...sizes]);
    while (!hub.paths.some((path) => path.startsWith("cdn")))
      await new Promise((done) => setTimeout(done, 10));
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    expect(status).not.toBe(0);
    expect(stderr).toContain('"interrupted"');
    expect(fs.existsSync(join(home, "run"))).toBe(false);
  });

  it("records the commit, and resumes from it without the hub", async () => {
    expect(await selftrain([...train, ...sizes, ...held, "--steps", "1"])).toMatchObject({ status: 0 });
    const stored = () => parse(fs.readFileSync(join(home, "run", "config.yaml"), "utf8")).model;
    const pinned = stored();
    expect(pinned).toMatch(/^org\/tiny@[0-9a-f]{40}$/);
    // A later commit of the branch is not what the run began with.
    hub.add({ name: "org/tiny", files: { "config.json": "{}" }, token: "hf_cli" });
    hub.seen.length = 0;
    expect(await selftrain(["train", "--resume", "run", "--steps", "2", "--json"])).toMatchObject({
      status: 0,
    });
    const named = ["train", "--resume", "run", "--model", "org/tiny", "--steps", "3", "--json"];
    expect(await selftrain(named)).toMatchObject({ status: 0 });
    expect(hub.seen).toEqual([]);
    expect(stored()).toBe(pinned);
    // A folder of the organisation's name makes no path of it.
    fs.mkdirSync(join(home, "org"));
    expect(await selftrain(["train", "--resume", "run", "--steps", "4", "--json"])).toMatchObject({
      status: 0,
    });
    fs.rmdirSync(join(home, "org"));
    const other = ["train", "--resume", "run", "--model", "org/other", "--json"];
    expect((await selftrain(other)).stderr).toContain('"run-config-changed"');
    expect(hub.seen).toEqual([]);
  });

  it("does the same with prompts of the hub", async () => {
    const prompts = Array.from({ length: 40 }, (_, i) => JSON.stringify({ prompt: `${i}+1=` })).join("\n");
    const dataset = { type: "dataset", name: "org/sums", token: "hf_cli" } as const;
    const commit = hub.add({
      ...dataset,
      files: { "data/train.jsonl": prompts, "data/test.jsonl": prompts },
    });
    const file = ["--file", "hf:datasets/org/sums:data/train.jsonl"];
    const begin = ["train", "--model", "org/tiny", ...file, "--output", "run", ...sizes, ...held];
    expect(await selftrain([...begin, "--steps", "1"])).toMatchObject({ status: 0 });
    const stored = () => parse(fs.readFileSync(join(home, "run", "config.yaml"), "utf8")).prompts.file;
    expect(stored()).toBe(`hf:datasets/org/sums@${commit}:data/train.jsonl`);
    hub.add({ ...dataset, files: { "data/train.jsonl": "" } });
    hub.seen.length = 0;
    const resume = ["train", "--resume", "run", "--json", "--steps"];
    expect(await selftrain([...resume, "2"])).toMatchObject({ status: 0 });
    expect(await selftrain([...resume, "3", ...file])).toMatchObject({ status: 0 });
    const other = await selftrain([...resume, "4", "--file", "hf:datasets/org/sums:data/test.jsonl"]);
    expect(other.stderr).toContain('"run-config-changed"');
    expect(hub.seen).toEqual([]);
    expect(stored()).toContain(commit);
  });
});
