/**
 * An adapter's folder as PEFT leaves it, which has neither a configuration nor a tokenizer: taken wherever a model is, with
 * the model that it belongs to in a folder here or on the hub.
 */
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { generateFromModel } from "../../dist/training/evaluate/generate.js";
import { openModel } from "../../src/apps/doctor/model.js";
import { exportModel } from "../../src/apps/export/export-model.js";
import { doctorConfigSchema } from "../../src/config/doctor-config.js";
import { exportConfigSchema } from "../../src/config/export-config.js";
import { generateConfigSchema } from "../../src/config/generate-config.js";
import { adapterBase, writeAdapter } from "../../src/model/adapter-files.js";
import { llamaConfig, readModelConfig } from "../../src/model/config-file.js";
import { adapterSpecs, type LoraConfig } from "../../src/model/lora.js";
import { readModel } from "../../src/model/read-model.js";
import { CharacterTokenizer } from "../../src/model/tokenizer/character-tokenizer.js";
import { loadTokenizer } from "../../src/model/tokenizer/load.js";
import { Random } from "../../src/random.js";
import { resolveModel } from "../../src/run/model-folder.js";
import type { TrainerEvent } from "../../src/run/observer.js";
import { planTrain } from "../../src/training/plan/plan.js";
import { editJson } from "../edit-json.js";
import { MHA, temporaryModel } from "../engine/tiny-model.js";
import { FakeHub } from "../io/hub/fake-hub.js";
import { temporaryHome } from "../io/hub/hub-folder.js";
import { configWith } from "../training/loop/groups.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const here = (name: string) => join(temporary.path, name);
afterEach(() => vi.unstubAllEnvs());

const tokenizer = new CharacterTokenizer("0123456789+->#=");
const { vocabSize, eosTokens, padToken } = tokenizer;
const config = llamaConfig({ ...MHA, vocabSize, eosTokens, padToken });

function baseModel(): string {
  const folder = temporaryModel(config, 1);
  tokenizer.save(folder);
  fs.writeFileSync(join(folder, "generation_config.json"), '{"eos_token_id": [1, 0]}');
  return folder;
}

/** What PEFT's `save_pretrained` writes: two files. */
function adapter(name: string, base: string, seed = 5): string {
  const lora: LoraConfig = { rank: 2, alpha: 4, targets: ["query", "down"] };
  const specs = adapterSpecs(config, lora);
  const random = new Random(seed);
  const size = specs.at(-1)!.offset + specs.at(-1)!.size;
  fs.mkdirSync(here(name));
  writeAdapter(here(name), base, {
    lora,
    specs,
    weights: Float32Array.from({ length: size }, () => random.normal()),
  });
  return here(name);
}

const generate = (model: string) =>
  generateFromModel(
    generateConfigSchema.parse({
      model,
      prompts: ["12+3="],
      samples: 4,
      maxNewTokens: 6,
      engine: { threads: 1 },
    }),
  );

describe("an adapter's folder", () => {
  it("is exported with the tokenizer of its model, generates as its export does, and is planned and examined", async () => {
    const base = baseModel();
    const model = adapter("adapter", base);
    const { files } = await exportModel(exportConfigSchema.parse({ model, output: here("merged") }));
    expect(files).toEqual([
      "README.md",
      "config.json",
      "generation_config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(readModel(here("merged")).weights).toEqual(readModel(model).weights);
    expect(readModel(model).weights).not.toEqual(readModel(base).weights);
    const completions = await generate(model);
    expect(completions).toEqual(await generate(here("merged")));
    expect(completions).not.toEqual(await generate(base));

    const { notes } = await planTrain(
      configWith({ model, prompts: { task: "mental-sums", levels: { 4: 1 } } }),
    );
    expect(notes.some((note) => note.includes("hub"))).toBe(false);
    const patient = await openModel(
      { ...doctorConfigSchema.parse({ data: "unread.jsonl" }), model },
      { weights: false },
    );
    expect(patient).toMatchObject({ contextLength: 96, vocabSize, hasChatTemplate: false });
  });

  it("of an adapter of an adapter is merged through both", async () => {
    const base = baseModel();
    const inner = adapter("inner", base, 6);
    const outer = adapter("outer", inner, 7);
    const { folder, bases } = await resolveModel(outer);
    expect([folder, ...bases]).toEqual([outer, inner, base]);
    const merged = readModel(folder, bases).weights;
    expect(merged).toEqual(readModel(outer).weights);
    expect(merged).not.toEqual(readModel(inner).weights);
  });

  it("keeps a tokenizer of its own, and all that ends a sequence for its model", () => {
    const base = baseModel();
    const model = adapter("adapter", base);
    expect(loadTokenizer(model, [base]).eosTokens).toEqual([1, 0]);
    tokenizer.save(model);
    editJson(join(model, "tokenizer_config.json"), (keys) => ({ ...keys, chat_template: "{{ messages }}" }));
    const own = loadTokenizer(model, [base]);
    expect(own.chatTemplate).not.toBeNull();
    expect(own.eosTokens).toEqual([1, 0]);
  });

  it("beside a whole model says that the model is not read, and computes with the one that it names", async () => {
    const base = baseModel();
    const model = adapter("adapter", base);
    const alone = readModel(model);
    fs.cpSync(
      temporaryModel(llamaConfig({ ...MHA, vocabSize, eosTokens, padToken, contextLength: 48 }), 9),
      model,
      {
        recursive: true,
      },
    );
    const events: TrainerEvent[] = [];
    const { folder, bases } = await resolveModel(model, { observer: (event) => events.push(event) });
    expect(events).toMatchObject([{ type: "notice", code: "adapter-beside-model" }]);
    expect(readModel(folder, bases)).toEqual(alone);
    // A plan reads the configuration of the weights that the run will read.
    expect(readModelConfig(folder, bases).contextLength).toBe(alone.config.contextLength);
  });

  it("whose model is quantised names it, and what to name instead", async () => {
    const base = baseModel();
    const model = adapter("adapter", base);
    editJson(join(base, "config.json"), (json) => ({ ...json, quantization_config: { bits: 4 } }));
    const refusal = expect.objectContaining({
      code: "adapter-base-quantised",
      found: base,
      where: join(model, "adapter_config.json"),
      remedy: expect.stringContaining("base_model_name_or_path"),
    });
    expect(() => readModel(model)).toThrow(refusal);
    const { folder, bases } = await resolveModel(model);
    expect(() => readModelConfig(folder, bases)).toThrow(refusal);
  });

  it("that belongs to itself, over others or not, is refused", async () => {
    const base = baseModel();
    const [first, second] = [adapter("first", base), adapter("second", here("first"))];
    for (const name of [second, first]) {
      editJson(join(first, "adapter_config.json"), (json) => ({ ...json, base_model_name_or_path: name }));
      await expect(resolveModel(first)).rejects.toMatchObject({ code: "adapter-invalid" });
      expect(() => readModel(second)).toThrow(expect.objectContaining({ code: "adapter-invalid" }));
    }
  });

  it("whose model is nowhere is refused before anything is read", async () => {
    const model = adapter("adapter", here("gone"));
    await expect(resolveModel(model)).rejects.toMatchObject({
      code: "adapter-base-missing",
      found: here("gone"),
      where: model,
    });
  });
});

describe("an adapter whose model is on the hub", () => {
  it("has it downloaded once, at the revision that it names, and never asked for again", async () => {
    const hub = await FakeHub.start();
    vi.stubEnv("HF_ENDPOINT", hub.url);
    vi.stubEnv("HF_HOME", temporaryHome());
    const base = baseModel();
    const files = Object.fromEntries(
      fs.readdirSync(base).map((name) => [name, fs.readFileSync(join(base, name))]),
    );
    hub.add({ name: "org/base", files, refs: ["v1"] });
    const model = adapter("adapter", "org/base");
    editJson(join(model, "adapter_config.json"), (keys) => ({ ...keys, revision: "v1" }));

    const plan = await planTrain(configWith({ model, prompts: { task: "mental-sums", levels: { 4: 1 } } }));
    expect(plan.notes[0]).toMatch(/^the adapter belongs to org\/base@[0-9a-f]{40}; its weights \(1 MB\)/);
    const completions = await generate(model);
    expect(completions).toEqual(await generate(adapter("local", base)));
    const asked = hub.seen.length;
    expect(await generate(model)).toEqual(completions);
    expect(hub.seen.length).toBe(asked);
  });

  it("is named by the hub's name and the commit, and not by its place in the cache", async () => {
    const hub = await FakeHub.start();
    vi.stubEnv("HF_ENDPOINT", hub.url);
    vi.stubEnv("HF_HOME", temporaryHome());
    const files = { "config.json": "{}", "model.safetensors": "w", "tokenizer.json": "{}" };
    const commit = hub.add({ name: "org/base", files });
    const base = await resolveModel("org/base");
    const model = adapter("adapter", base.folder);
    expect(adapterBase(model)).toEqual({ name: "org/base", revision: commit });
    const asked = hub.seen.length;
    expect((await resolveModel(model)).bases).toEqual([base.folder]);
    expect(hub.seen.length).toBe(asked);
  });

  it("may be there itself", async () => {
    const hub = await FakeHub.start();
    vi.stubEnv("HF_ENDPOINT", hub.url);
    vi.stubEnv("HF_HOME", temporaryHome());
    const base = baseModel();
    const local = adapter("local", base);
    const files = Object.fromEntries(
      fs.readdirSync(local).map((name) => [name, fs.readFileSync(join(local, name))]),
    );
    hub.add({ name: "org/adapter", files });
    expect(await generate("org/adapter")).toEqual(await generate(local));
    // Whatever asks for nothing finds it in the cache, though it has no config.json.
    expect((await resolveModel("org/adapter", { cacheOnly: true })).bases).toEqual([base]);
  });
});
